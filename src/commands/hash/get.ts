/** HGET, HMGET, HEXISTS, HSTRLEN, HLEN, HGETALL, HKEYS, HVALS: what a hash holds. */
import { TYPE_HASH } from '../../engine/entry.js';
import { key, many, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

export const hget = defineCommand({
  name: 'HGET',
  summary: 'Returns the value of a field in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), string('field')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_HASH);
    const view = entry === 0 ? null : context.hashes.get(entry, argv.bytes, argv.starts[2], argv.ends[2]);
    if (view === null) reply.null();
    else reply.bulk(view.bytes, view.start, view.end);
  },
});

export const hmget = defineCommand({
  name: 'HMGET',
  summary: 'Returns the values of given fields in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(N) where N is the number of fields being requested.',
  flags: READONLY | FAST,
  args: [key('key', RO | ACCESS), many(string('field'))],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_HASH);
    reply.array(argv.count - 2);
    for (let index = 2; index < argv.count; index++) {
      const view =
        entry === 0 ? null : context.hashes.get(entry, argv.bytes, argv.starts[index], argv.ends[index]);
      if (view === null) reply.null();
      else reply.bulk(view.bytes, view.start, view.end);
    }
  },
});

export const hexists = defineCommand({
  name: 'HEXISTS',
  summary: 'Determines whether a field exists in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO), string('field')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_HASH);
    const isThere = entry !== 0 && context.hashes.has(entry, argv.bytes, argv.starts[2], argv.ends[2]);
    reply.integer(isThere ? 1 : 0);
  },
});

export const hstrlen = defineCommand({
  name: 'HSTRLEN',
  summary: 'Returns the length of the value of a field.',
  group: 'hash',
  since: '3.2.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO), string('field')],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_HASH);
    const view = entry === 0 ? null : context.hashes.get(entry, argv.bytes, argv.starts[2], argv.ends[2]);
    reply.integer(view === null ? 0 : view.end - view.start);
  },
});

export const hlen = defineCommand({
  name: 'HLEN',
  summary: 'Returns the number of fields in a hash.',
  group: 'hash',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: READONLY | FAST,
  args: [key('key', RO)],
  run(context, argv, reply) {
    const entry = context.read(argv, 1, TYPE_HASH);
    reply.integer(entry === 0 ? 0 : context.hashes.length(entry));
  },
});

/** @param showsFields @param showsValues both: a map */
const all = (name: string, summary: string, showsFields: boolean, showsValues: boolean) =>
  defineCommand({
    name,
    summary,
    group: 'hash',
    since: '2.0.0',
    complexity: 'O(N) where N is the size of the hash.',
    flags: READONLY,
    args: [key('key', RO | ACCESS)],
    tips: ['nondeterministic_output_order'],
    run(context, argv, reply) {
      const entry = context.read(argv, 1, TYPE_HASH);
      const length = entry === 0 ? 0 : context.hashes.length(entry);
      if (showsFields && showsValues) reply.map(length);
      else reply.array(length);
      if (entry === 0) return;
      const cursor = context.hashes.all(entry);
      const { field, value } = cursor;
      while (cursor.next()) {
        if (showsFields) reply.bulk(field.bytes, field.start, field.end);
        if (showsValues) reply.bulk(value.bytes, value.start, value.end);
      }
    },
  });

export const hgetall = all('HGETALL', 'Returns all fields and values of a hash.', true, true);
export const hkeys = all('HKEYS', 'Returns all fields of a hash.', true, false);
export const hvals = all('HVALS', 'Returns all values of a hash.', false, true);
