/** What Redis answers to a command that it doesn't know: the name and the beginning of the arguments. */
import type { Argv } from '../commands/argv.js';
import { ReplyError } from '../protocol/reply-error.js';

/** Redis shows no more of the name, and of all arguments together. */
const SHOWN_BYTES_MAX = 128;

export function unknownCommand(argv: Argv): ReplyError {
  let shown = '';
  for (let index = 1; index < argv.count && shown.length < SHOWN_BYTES_MAX; index++) {
    shown += `'${argv.latin1(index).slice(0, SHOWN_BYTES_MAX - shown.length)}' `;
  }
  const name = argv.latin1(0).slice(0, SHOWN_BYTES_MAX);
  return new ReplyError(`ERR unknown command '${name}', with args beginning with: ${shown}`);
}
