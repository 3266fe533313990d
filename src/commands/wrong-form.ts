/** A subcommand that is known, in a form that isn't: how Redis refuses arguments that a subcommand's arity allows. */
import { ReplyError } from '../protocol/reply-error.js';
import type { Argv } from './argv.js';

/** Redis shows so much of what the client wrote. */
const CHARACTERS_MAX = 128;

/** @param container as Redis writes it: `CLIENT` */
export function wrongForm(argv: Argv, container: string): ReplyError {
  const subcommand = argv.shown(1).slice(0, CHARACTERS_MAX);
  return new ReplyError(
    `ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try ${container} HELP.`,
  );
}
