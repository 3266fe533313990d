/**
 * Fuzzing from the command line:
 *
 *     npm run fuzz -- restore --seconds 60 --seed 7
 *     npm run fuzz -- all --seconds 10                 each target for as long
 *     npm run fuzz -- restore --input AAECAw==         one input, in base64, as a report shows it
 *     npm run fuzz -- canary --seconds 60              has to fail
 *
 * What breaks a target is printed and kept in `seeds/`, where every later run begins with it. `--keep` keeps inputs that
 * reached new code as well.
 *
 * Exit status: 0 when nothing broke, 1 when something did, 2 when the arguments make no sense.
 */
import { parseArgs } from 'node:util';
import { Broken, fuzz } from './fuzzer.js';
import { keepSeed } from './seeds.js';
import type { CreateTarget } from './target.js';
import { TARGETS } from './targets/all.js';
import { createCanary } from './targets/canary.js';

const USAGE = `npm run fuzz -- ${[...TARGETS.keys()].join('|')}|all|canary  --seconds S  --seed N  --input BASE64  --keep\n`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      input: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const chosen = targetsOf(positionals);
  const options = { seconds: Number(values.seconds), seed: Number(values.seed) };
  if (chosen.length === 0 || !(options.seconds >= 0) || !Number.isSafeInteger(options.seed)) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (values.input !== undefined) {
    chosen[0]().run(Buffer.from(values.input, 'base64'));
    return 0;
  }
  const statuses = chosen.map((create) => report(create, options, values.keep));
  return Math.max(...statuses);
}

function targetsOf([name]: readonly string[]): CreateTarget[] {
  if (name === 'all') return [...TARGETS.values()];
  const create = name === 'canary' ? createCanary : TARGETS.get(name);
  return create === undefined ? [] : [create];
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

process.exitCode = main();
