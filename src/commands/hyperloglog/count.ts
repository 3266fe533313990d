/** PFCOUNT and PFMERGE: how many different elements one or several HyperLogLogs have seen. */
import { ENCODING_RAW, setEncoding } from '../../engine/entry.js';
import { estimate } from '../../engine/types/hyperloglog/estimate.js';
import {
  invalidate,
  keepCardinality,
  keptCardinality,
  REGISTERS,
} from '../../engine/types/hyperloglog/layout.js';
import type { Sketch } from '../../engine/types/hyperloglog/sketch.js';
import type { Reply } from '../../protocol/reply.js';
import { key, keysFrom, many, optional } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACCESS, DENYOOM, INSERT, MAY_REPLICATE, READONLY, RO, RW, WRITE } from '../flags.js';
import { PFADD } from './events.js';
import { CORRUPT_SKETCH, createSketch, openSketch, openSketchForWriting } from './open.js';

/** Values of registers that fit into their 6 bits. */
const VALUES = 64;

/** Of the union that is being computed: used within one call. */
const unionRegisters = new Uint8Array(REGISTERS);

/** The highest value of each register among the HyperLogLogs of all keys from argument 1 on. */
class Union {
  readonly registers = unionRegisters.fill(0);
  hasDense = false;

  constructor(context: Context, argv: Argv) {
    for (let index = 1; index < argv.count; index++) {
      const sketch = openSketch(context, argv, index);
      if (sketch === null) continue;
      if (sketch.isDense) this.hasDense = true;
      if (!sketch.mergeInto(this.registers)) throw CORRUPT_SKETCH;
    }
  }

  get cardinality(): number {
    const histogram = new Int32Array(VALUES);
    const { registers } = this;
    // Not for-of: going through an iterator takes six times as long.
    for (let index = 0; index < REGISTERS; index++) histogram[registers[index]]++;
    return estimate(histogram);
  }
}

/** Of one HyperLogLog, which keeps the answer until registers change: that makes this read a write, too. */
function replyCardinality(context: Context, argv: Argv, sketch: Sketch, reply: Reply): void {
  const kept = keptCardinality(sketch.bytes, sketch.start);
  if (kept !== null) {
    reply.bigInteger(BigInt.asIntN(64, kept));
    return;
  }
  const histogram = new Int32Array(VALUES);
  if (!sketch.countInto(histogram)) throw CORRUPT_SKETCH;
  const cardinality = estimate(histogram);
  context.db.beforeChange(sketch.entry);
  keepCardinality(sketch.bytes, sketch.start, cardinality);
  context.changedQuietly(argv, 1);
  reply.integer(cardinality);
}

export const pfcount = defineCommand({
  name: 'PFCOUNT',
  summary: 'Tells about how many different elements one or more HyperLogLogs have seen.',
  group: 'hyperloglog',
  since: '2.8.9',
  complexity:
    'O(1) with a very small average constant time when called with a single key. O(N) with N being the number of keys, and much bigger constant times, when called with multiple keys.',
  flags: READONLY | MAY_REPLICATE,
  args: [many(key('key', RW | ACCESS))],
  keySpecs: [
    {
      ...keysFrom(1, RW | ACCESS),
      notes: 'RW because it may change the internal representation of the key, and propagate to replicas',
    },
  ],
  run(context, argv, reply) {
    if (argv.count > 2) {
      reply.integer(new Union(context, argv).cardinality);
      return;
    }
    const sketch = openSketch(context, argv, 1);
    if (sketch === null) {
      reply.integer(0);
      return;
    }
    setEncoding(context.arena, sketch.entry, ENCODING_RAW);
    replyCardinality(context, argv, sketch, reply);
  },
});

export const pfmerge = defineCommand({
  name: 'PFMERGE',
  summary: 'Merges HyperLogLogs into one.',
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'O(N) to merge N HyperLogLogs, but with high constant times.',
  flags: WRITE | DENYOOM,
  args: [key('destkey', RW | ACCESS | INSERT), optional(many(key('sourcekey', RO | ACCESS)))],
  run(context, argv, reply) {
    const { registers, hasDense } = new Union(context, argv);
    const sketch = openSketchForWriting(context, argv, 1) ?? createSketch(context, argv, 1);
    if (hasDense && !sketch.makeDense()) throw CORRUPT_SKETCH;
    if (!sketch.raiseAll(registers)) throw CORRUPT_SKETCH;
    invalidate(sketch.bytes, sketch.start);
    context.changed(PFADD, argv, 1);
    reply.ok();
  },
});
