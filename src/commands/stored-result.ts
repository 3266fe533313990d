/** What commands that store a combination of collections do with the result, whatever its type. */
import type { Reply } from '../protocol/reply.js';
import type { Argv } from './argv.js';
import type { Context } from './context.js';
import { DEL, type KeyEvent } from './events.js';

/**
 * Makes a temporary collection the value of the key in argument 1, or removes that key when the collection is empty. Replies
 * with its length.
 */
export function storeResult(
  context: Context,
  argv: Argv,
  result: number,
  length: number,
  event: KeyEvent,
  reply: Reply,
): void {
  const { db, temporaries } = context;
  const { bytes, starts, ends } = argv;
  if (length > 0) {
    temporaries.publish(result, db, bytes, starts[1], ends[1]);
    context.changed(event, argv, 1);
  } else {
    temporaries.discard(result);
    if (db.drop(bytes, starts[1], ends[1])) context.changed(DEL, argv, 1);
  }
  reply.integer(length);
}
