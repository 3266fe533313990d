/** HSET, HMSET, HSETNX, HDEL: fields come and go. */
import { TYPE_HASH } from '../../engine/entry.js';
import { block, key, many, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { wrongArity } from '../errors.js';
import { DEL } from '../events.js';
import { DELETE, DENYOOM, FAST, INSERT, RW, UPDATE, WRITE } from '../flags.js';
import { HDEL, HSET } from './events.js';
import { setPairs } from './writing.js';

const HSET_ARITY = wrongArity('hset');
const HMSET_ARITY = wrongArity('hmset');

export const hset = defineCommand({
  name: 'HSET',
  summary: 'Creates or modifies the value of fields in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity:
    'O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | UPDATE), many(block('data', string('field'), string('value')))],
  history: [['4.0.0', 'Accepts multiple `field` and `value` arguments.']],
  run(context, argv, reply) {
    if (argv.count % 2 !== 0) throw HSET_ARITY;
    const created = setPairs(context, argv);
    context.changedMany((argv.count - 2) / 2, HSET, argv, 1);
    reply.integer(created);
  },
});

export const hmset = defineCommand({
  name: 'HMSET',
  summary: 'Sets the values of multiple fields in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields being set.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | UPDATE), many(block('data', string('field'), string('value')))],
  deprecated: { since: '4.0.0', replacedBy: '`HSET` with multiple field-value pairs' },
  run(context, argv, reply) {
    if (argv.count % 2 !== 0) throw HMSET_ARITY;
    setPairs(context, argv);
    context.changedMany((argv.count - 2) / 2, HSET, argv, 1);
    reply.ok();
  },
});

export const hsetnx = defineCommand({
  name: 'HSETNX',
  summary: 'Sets the value of a field in a hash only when the field does not exist.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | INSERT), string('field'), string('value')],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const existing = context.write(argv, 1, TYPE_HASH);
    if (existing !== 0 && context.hashes.has(existing, bytes, starts[2], ends[2])) {
      reply.integer(0);
      return;
    }
    setPairs(context, argv);
    context.changed(HSET, argv, 1);
    reply.integer(1);
  },
});

export const hdel = defineCommand({
  name: 'HDEL',
  summary: 'Deletes fields from a hash, and the hash when no field is left.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields to be removed.',
  flags: WRITE | FAST,
  args: [key('key', RW | DELETE), many(string('field'))],
  history: [['2.4.0', 'Accepts multiple `field` arguments.']],
  run(context, argv, reply) {
    const { hashes } = context;
    const entry = context.write(argv, 1, TYPE_HASH);
    let deleted = 0;
    for (let index = 2; entry !== 0 && index < argv.count; index++) {
      if (hashes.delete(entry, argv.bytes, argv.starts[index], argv.ends[index])) deleted++;
    }
    if (deleted > 0) {
      context.changedMany(deleted, HDEL, argv, 1);
      if (hashes.length(entry) === 0) {
        context.db.removeEntry(entry);
        context.notify(DEL, argv, 1);
      }
    }
    reply.integer(deleted);
  },
});
