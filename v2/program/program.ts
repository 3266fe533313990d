/**
 * What januskv's sister servers have in common as programs: help, refusals, the line that says where they listen,
 * and the signals. Signals don't end anything by themselves: the program is asked to stop, and ends in its own
 * time; asked twice it ends at once.
 */
import { SystemError } from '../../src/native/system-error.js';
import { type Environment, UsageError } from './arguments.js';

export interface Program {
  readonly name: string;
  readonly help: string;
  /**
   * Resolves when it serves.
   * @throws UsageError when it was called wrongly, SystemError when the machine refuses
   */
  start(words: readonly string[], environment: Environment): Promise<RunningProgram>;
}

export interface RunningProgram {
  /** Where it listens, in one line. */
  readonly greeting: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Ends it in order. */
  stop(): void;
  /** Reads its configuration again, where it has one. */
  reload?(): void;
}

/** Runs it to its end. @returns the process's exit status */
export async function runProgram(program: Program, words: readonly string[]): Promise<number> {
  if (words.some((word) => /^(-h|--?help)$/.test(word))) {
    process.stdout.write(program.help);
    return 0;
  }
  let running: RunningProgram;
  try {
    running = await program.start(words, process.env);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SystemError)) throw error;
    const advice = error instanceof UsageError ? `Try: januskv ${program.name} --help\n` : '';
    process.stderr.write(`januskv ${program.name}: ${error.message}\n${advice}`);
    return 1;
  }
  const impatience = obeySignals(running);
  process.stdout.write(`${running.greeting}\nStop with Ctrl-C, or: kill ${process.pid}\n`);
  return Promise.race([running.ended.then(() => 0), impatience]);
}

/** @returns what resolves with an exit status when it is told to stop a second time */
function obeySignals(running: RunningProgram): Promise<number> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isStopping) resolve(1);
        isStopping = true;
        running.stop();
      });
    }
    if (running.reload !== undefined) process.on('SIGHUP', () => running.reload?.());
  });
}
