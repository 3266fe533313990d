/** PFADD: elements are seen. */

import { invalidate } from '../../engine/types/hyperloglog/layout.js';
import { CHANGED, CORRUPT } from '../../engine/types/hyperloglog/sketch.js';
import { key, many, optional, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { DENYOOM, FAST, INSERT, RW, WRITE } from '../flags.js';
import { PFADD } from './events.js';
import { CORRUPT_SKETCH, createSketch, openSketchForWriting } from './open.js';

export const pfadd = defineCommand({
  name: 'PFADD',
  summary: 'Adds elements to a HyperLogLog. The key is created if it does not exist.',
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'O(1) to add every element.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | INSERT), optional(many(string('element')))],
  run(context, argv, reply) {
    const found = openSketchForWriting(context, argv, 1);
    const sketch = found ?? createSketch(context, argv, 1);
    let changes = found === null ? 1 : 0;
    for (let index = 2; index < argv.count; index++) {
      const outcome = sketch.add(argv.bytes, argv.starts[index], argv.ends[index]);
      if (outcome === CORRUPT) throw CORRUPT_SKETCH;
      if (outcome === CHANGED) changes++;
    }
    if (changes > 0) {
      invalidate(sketch.bytes, sketch.start);
      context.changedMany(changes, PFADD, argv, 1);
    }
    reply.integer(changes > 0 ? 1 : 0);
  },
});
