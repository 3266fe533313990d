/** SADD, SREM, SMOVE: members come and go. */
import { TYPE_SET, typeOf } from '../../engine/entry.js';
import { key, many, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { WRONG_TYPE } from '../errors.js';
import { DEL } from '../events.js';
import { ACCESS, DELETE, DENYOOM, FAST, INSERT, RW, WRITE } from '../flags.js';
import { SADD, SREM } from './events.js';

/** Removes the key of a set that has no member left. */
export function removeIfEmpty(context: Context, argv: Argv, index: number, entry: number): void {
  if (context.sets.length(entry) > 0) return;
  context.db.removeEntry(entry);
  context.notify(DEL, argv, index);
}

export const sadd = defineCommand({
  name: 'SADD',
  summary: 'Adds members to a set, which is created if needed.',
  group: 'set',
  since: '1.0.0',
  complexity:
    'O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.',
  flags: WRITE | DENYOOM | FAST,
  args: [key('key', RW | INSERT), many(string('member'))],
  history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  run(context, argv, reply) {
    const { bytes, starts, ends, count } = argv;
    const { sets } = context;
    let entry = context.write(argv, 1, TYPE_SET);
    if (entry === 0) {
      entry = sets.create(context.db, bytes, starts[1], ends[1], count - 2, bytes, starts[2], ends[2]);
    } else {
      sets.expect(entry, count - 2);
    }
    let added = 0;
    for (let index = 2; index < count; index++) {
      if (sets.add(entry, bytes, starts[index], ends[index])) added++;
    }
    if (added > 0) context.changedMany(added, SADD, argv, 1);
    reply.integer(added);
  },
});

export const srem = defineCommand({
  name: 'SREM',
  summary: 'Removes members from a set, and the set when no member is left.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of members to be removed.',
  flags: WRITE | FAST,
  args: [key('key', RW | DELETE), many(string('member'))],
  history: [['2.4.0', 'Accepts multiple `member` arguments.']],
  run(context, argv, reply) {
    const entry = context.write(argv, 1, TYPE_SET);
    let removed = 0;
    for (let index = 2; entry !== 0 && index < argv.count; index++) {
      if (context.sets.remove(entry, argv.bytes, argv.starts[index], argv.ends[index])) removed++;
    }
    if (removed > 0) {
      context.changedMany(removed, SREM, argv, 1);
      removeIfEmpty(context, argv, 1, entry);
    }
    reply.integer(removed);
  },
});

export const smove = defineCommand({
  name: 'SMOVE',
  summary: 'Moves a member from one set to another.',
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [key('source', RW | ACCESS | DELETE), key('destination', RW | INSERT), string('member')],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    const { sets } = context;
    const from = context.writeAny(argv, 1);
    if (from === 0) {
      reply.integer(0);
      return;
    }
    if (typeOf(context.arena, from) !== TYPE_SET) throw WRONG_TYPE;
    let to = context.write(argv, 2, TYPE_SET);
    if (from === to) {
      reply.integer(sets.has(from, bytes, starts[3], ends[3]) ? 1 : 0);
      return;
    }
    if (!sets.remove(from, bytes, starts[3], ends[3])) {
      reply.integer(0);
      return;
    }
    context.changed(SREM, argv, 1);
    removeIfEmpty(context, argv, 1, from);
    if (to === 0) to = sets.create(context.db, bytes, starts[2], ends[2], 1, bytes, starts[3], ends[3]);
    if (sets.add(to, bytes, starts[3], ends[3])) context.changed(SADD, argv, 2);
    reply.integer(1);
  },
});
