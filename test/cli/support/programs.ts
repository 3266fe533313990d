/** Programs of one name that a suite starts. None outlives the test that started it. */
import { Program } from './program.js';

/** For the suite that calls it. @returns starts one with these words behind the name */
export function programsNamed(
  name: string,
): (words: readonly string[], environment?: Record<string, string>) => Program {
  const programs: Program[] = [];
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.end();
    }
  });
  return (words, environment = {}) => {
    const program = new Program([name, ...words], '', environment);
    programs.push(program);
    return program;
  };
}
