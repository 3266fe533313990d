/** What Redis does about a command that it doesn't know: it shows the name and the beginning of the arguments. */
import type { Argv } from '../../commands/argv.js';
import { ReplyError } from '../../protocol/reply-error.js';

/** Redis shows no more of the name, and of all arguments together. */
const SHOWN_BYTES_MAX = 128;

/**
 * True for words that no client says but every browser: a page may have it send requests to a server on the
 * same machine, and the lines of an HTTP request would be run one by one. The connection is closed without a
 * word, as Redis does.
 */
export function isHttp(argv: Argv): boolean {
  return argv.is(0, 'POST') || argv.is(0, 'HOST:');
}

export function unknownCommand(argv: Argv): ReplyError {
  let shown = '';
  for (let index = 1; index < argv.count && shown.length < SHOWN_BYTES_MAX; index++) {
    shown += `'${argv.shown(index).slice(0, SHOWN_BYTES_MAX - shown.length)}' `;
  }
  const name = argv.shown(0).slice(0, SHOWN_BYTES_MAX);
  return new ReplyError(`ERR unknown command '${name}', with args beginning with: ${shown}`);
}
