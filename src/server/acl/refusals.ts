/** What those are told who may not do something: the same denial in the words of each place. */
import { ReplyError } from '../../protocol/reply-error.js';
import { DENIED_COMMAND, DENIED_KEY } from './permission-check.js';

const KEY_REFUSED = new ReplyError('NOPERM No permissions to access a key');
const CHANNEL_REFUSED = new ReplyError('NOPERM No permissions to access a channel');

/** What a user was denied, in full. @param object the command's name, the key or the channel */
export function explanationOf(denial: number, userName: string, object: string): string {
  if (denial === DENIED_COMMAND) return `User ${userName} has no permissions to run the '${object}' command`;
  return `User ${userName} has no permissions to access the '${object}' ${denial === DENIED_KEY ? 'key' : 'channel'}`;
}

/** To a client. @param name of the command */
export function refusalOf(denial: number, userName: string, name: string): ReplyError {
  if (denial === DENIED_COMMAND) return new ReplyError(`NOPERM ${explanationOf(denial, userName, name)}`);
  return denial === DENIED_KEY ? KEY_REFUSED : CHANNEL_REFUSED;
}

/** To a script. */
export function refusalInScriptOf(denial: number, userName: string, name: string): ReplyError {
  const { message } = refusalOf(denial, userName, name);
  return new ReplyError(message.replace(/^NOPERM/, 'ERR ACL failure in script:'));
}

/** At EXEC, of a request that was allowed when it was queued. */
export function refusalAtExecOf(denial: number): ReplyError {
  const reason =
    denial === DENIED_COMMAND
      ? 'no permission to execute the command or subcommand'
      : denial === DENIED_KEY
        ? 'no permission to touch the specified keys'
        : 'no permission to access one of the channels used as arguments';
  return new ReplyError(
    `NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${reason}`,
  );
}
