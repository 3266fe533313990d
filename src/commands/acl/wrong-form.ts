/** What ACL's older subcommands answer to words too many: they count their words themselves. */
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';

const SHOWN_MAX = 128;

export function wrongForm(argv: Argv): ReplyError {
  const name = argv.shown(1).slice(0, SHOWN_MAX);
  return new ReplyError(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try ACL HELP.`);
}
