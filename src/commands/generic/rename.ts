/** RENAME and RENAMENX: the same value under another key. */
import { equalBytes } from '../../base/bytes.js';
import { NONE } from '../../engine/arena.js';
import { key } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { NO_SUCH_KEY } from '../errors.js';
import { ACCESS, DELETE, FAST, INSERT, OW, RW, UPDATE, WRITE } from '../flags.js';
import { RENAME_FROM, RENAME_TO } from './events.js';

/** @returns false when the new name was taken and may not be overwritten, or is the old one */
function renameKey(context: Context, argv: Argv, overwrites: boolean): boolean {
  const { bytes, starts, ends } = argv;
  const { db } = context;
  const entry = context.writeAny(argv, 1);
  if (entry === NONE) throw NO_SUCH_KEY;
  if (equalBytes(bytes, starts[1], ends[1], bytes, starts[2], ends[2])) return false;
  const target = context.writeAny(argv, 2);
  if (target !== NONE) {
    if (!overwrites) return false;
    db.removeEntry(target);
  }
  db.moveEntry(entry, db, bytes, starts[2], ends[2]);
  context.changed(RENAME_FROM, argv, 1);
  context.alsoChanged(RENAME_TO, db, bytes, starts[2], ends[2]);
  return true;
}

export const rename = defineCommand({
  name: 'RENAME',
  summary: 'Renames a key, overwriting the new name when it is taken.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE,
  args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | UPDATE)],
  run(context, argv, reply) {
    renameKey(context, argv, true);
    reply.ok();
  },
});

export const renamenx = defineCommand({
  name: 'RENAMENX',
  summary: 'Renames a key only when the new name is free.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | FAST,
  args: [key('key', RW | ACCESS | DELETE), key('newkey', OW | INSERT)],
  history: [
    ['3.2.0', 'The command no longer returns an error when source and destination names are the same.'],
  ],
  run(context, argv, reply) {
    reply.integer(renameKey(context, argv, false) ? 1 : 0);
  },
});
