/** PFDEBUG and PFSELFTEST: for those who work on HyperLogLogs. */
import { denseRegister } from '../../engine/types/hyperloglog/dense.js';
import { HEADER_BYTES, REGISTERS } from '../../engine/types/hyperloglog/layout.js';
import type { Sketch } from '../../engine/types/hyperloglog/sketch.js';
import { runBytes, runLength, runValue } from '../../engine/types/hyperloglog/sparse.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { key, string } from '../arguments.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACCESS, ADMIN, DENYOOM, RW, WRITE } from '../flags.js';
import { CORRUPT_SKETCH, openSketchForWriting } from './open.js';
import { selfTest } from './self-test.js';

const NO_KEY = new ReplyError('ERR The specified key does not exist');
const NOT_SPARSE = new ReplyError('ERR HLL encoding is not sparse');

/** @returns whether it was sparse before */
function makeDense(context: Context, sketch: Sketch): boolean {
  if (sketch.isDense) return false;
  if (!sketch.makeDense()) throw CORRUPT_SKETCH;
  context.dirty++;
  return true;
}

function replyRegisters(context: Context, sketch: Sketch, reply: Reply): void {
  makeDense(context, sketch);
  reply.array(REGISTERS);
  for (let index = 0; index < REGISTERS; index++) {
    reply.integer(denseRegister(sketch.bytes, sketch.start + HEADER_BYTES, index));
  }
}

/** `z:` short and `Z:` long runs of zeros, `v:value,length` others. */
function replyRuns({ bytes, start, length, isDense }: Sketch, reply: Reply): void {
  if (isDense) throw NOT_SPARSE;
  const runs: string[] = [];
  const end = start + length;
  for (let at = start + HEADER_BYTES; at < end; at += runBytes(bytes, at)) {
    const value = runValue(bytes, at);
    const zeros = runBytes(bytes, at) === 2 ? 'Z' : 'z';
    runs.push(value > 0 ? `v:${value},${runLength(bytes, at)}` : `${zeros}:${runLength(bytes, at)}`);
  }
  reply.bulkLatin1(runs.join(' '));
}

type Question = (context: Context, sketch: Sketch, reply: Reply) => void;

const QUESTIONS: readonly (readonly [word: string, question: Question])[] = [
  ['GETREG', replyRegisters],
  ['DECODE', (_context, sketch, reply) => replyRuns(sketch, reply)],
  ['ENCODING', (_context, sketch, reply) => reply.simple(sketch.isDense ? 'dense' : 'sparse')],
  ['TODENSE', (context, sketch, reply) => reply.integer(makeDense(context, sketch) ? 1 : 0)],
];

export const pfdebug = defineCommand({
  name: 'PFDEBUG',
  summary: 'Shows the insides of a HyperLogLog.',
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'N/A',
  isSystem: true,
  flags: WRITE | DENYOOM | ADMIN,
  args: [string('subcommand'), key('key', RW | ACCESS)],
  run(context, argv, reply) {
    const sketch = openSketchForWriting(context, argv, 2);
    if (sketch === null) throw NO_KEY;
    const question = QUESTIONS.find(([word]) => argv.is(1, word));
    if (question === undefined) throw new ReplyError(`ERR Unknown PFDEBUG subcommand '${argv.shown(1)}'`);
    question[1](context, sketch, reply);
  },
});

export const pfselftest = defineCommand({
  name: 'PFSELFTEST',
  summary: 'Tests the implementation of HyperLogLogs.',
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'N/A',
  isSystem: true,
  flags: ADMIN,
  args: [],
  run(context, _argv, reply) {
    const failure = selfTest(context);
    if (failure !== null) throw new ReplyError(`TESTFAILED ${failure}`);
    reply.ok();
  },
});
