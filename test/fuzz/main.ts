/**
 * Fuzzing from the command line. What breaks a target is printed and kept in `seeds/`, where every later run begins with it.
 */
import { parseOptions, runTool, UsageError, wholeNumber } from '../support/command-line.js';
import { Broken, fuzz } from './fuzzer.js';
import { keepSeed } from './seeds.js';
import type { CreateTarget } from './target.js';
import { TARGETS } from './targets/all.js';
import { createCanary } from './targets/canary.js';

const NAMES = [...TARGETS.keys(), 'all', 'canary'];

const USAGE = `npm run fuzz -- TARGET [options]     mutated inputs that follow the code's coverage

  TARGET               ${NAMES.join(' ')} (which has to fail)
  --seconds 10         of each target
  --seed 1             of the mutations
  --input BASE64       one input, as a report shows it
  --keep               keeps inputs that reached new code as well
  --help

Exit status: 0 when nothing broke, 1 when something did, 2 when the arguments make no sense.`;

function main(): number {
  const { values, positionals } = parseOptions(
    {
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      input: { type: 'string' },
      keep: { type: 'boolean', default: false },
    } as const,
    true,
  );
  const targets = targetsOf(positionals);
  const options = {
    seconds: wholeNumber('seconds', values.seconds),
    seed: wholeNumber('seed', values.seed),
  };
  if (values.input !== undefined) {
    const target = targets[0]();
    target.run(Buffer.from(values.input, 'base64'));
    process.stdout.write(`${target.name}: the input broke nothing\n`);
    return 0;
  }
  const statuses = targets.map((create) => report(create, options, values.keep));
  return Math.max(...statuses);
}

/** @throws UsageError */
function targetsOf(names: readonly string[]): CreateTarget[] {
  const [name] = names;
  if (names.length !== 1) throw new UsageError(`one target is wanted, not ${names.length}`);
  if (name === 'all') return [...TARGETS.values()];
  const create = name === 'canary' ? createCanary : TARGETS.get(name);
  if (create === undefined) throw new UsageError(`'${name}' is not one of ${NAMES.join(', ')}`);
  return [create];
}

function report(create: CreateTarget, options: { seconds: number; seed: number }, keeps: boolean): number {
  const { name } = create();
  try {
    const { runs, discoveries, corpus } = fuzz(create, options);
    if (keeps) for (const input of corpus) keepSeed(name, input);
    process.stdout.write(
      `${name}: ${runs} inputs, ${corpus.length} of them kept, ${discoveries} discoveries\n`,
    );
    return 0;
  } catch (failure) {
    if (!(failure instanceof Broken)) throw failure;
    const kept =
      name === 'canary' ? '' : `kept as test/fuzz/seeds/${name}/${keepSeed(name, failure.input)}\n`;
    process.stderr.write(`${failure.message}\n${kept}`);
    return 1;
  }
}

await runTool(USAGE, main);
