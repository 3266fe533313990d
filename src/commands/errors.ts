/**
 * What commands answer to a client's mistake: every text that more than one command uses, byte for
 * byte Redis'. A text that one command alone uses stands beside it.
 */
import { ReplyError } from '../protocol/reply-error.js';

export const WRONG_TYPE = new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');
export const SYNTAX_ERROR = new ReplyError('ERR syntax error');
export const NOT_AN_INTEGER = new ReplyError('ERR value is not an integer or out of range');
export const NOT_AN_INT32 = new ReplyError(
  'ERR value is out of range, value must between -2147483648 and 2147483647',
);
export const NOT_A_FLOAT = new ReplyError('ERR value is not a valid float');
export const MIN_OR_MAX_NOT_A_FLOAT = new ReplyError('ERR min or max is not a float');
export const OUT_OF_RANGE = new ReplyError('ERR value is out of range');
export const OUT_OF_RANGE_POSITIVE = new ReplyError('ERR value is out of range, must be positive');
export const OFFSET_OUT_OF_RANGE = new ReplyError('ERR offset is out of range');
export const INDEX_OUT_OF_RANGE = new ReplyError('ERR index out of range');
export const NO_SUCH_KEY = new ReplyError('ERR no such key');
export const SAME_OBJECT = new ReplyError('ERR source and destination objects are the same');
export const STRING_TOO_LONG = new ReplyError('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
export const OVERFLOW = new ReplyError('ERR increment or decrement would overflow');
export const NAN_OR_INFINITY = new ReplyError('ERR increment would produce NaN or Infinity');
export const INVALID_CURSOR = new ReplyError('ERR invalid cursor');
export const DB_OUT_OF_RANGE = new ReplyError('ERR DB index is out of range');
export const TIMEOUT_NOT_AN_INTEGER = new ReplyError('ERR timeout is not an integer or out of range');
export const TIMEOUT_NOT_A_FLOAT = new ReplyError('ERR timeout is not a float or out of range');
export const TIMEOUT_NEGATIVE = new ReplyError('ERR timeout is negative');
export const TIMEOUT_OUT_OF_RANGE = new ReplyError('ERR timeout is out of range');
export const OUT_OF_MEMORY = new ReplyError("OOM command not allowed when used memory > 'maxmemory'.");
/** The machine has none left, whatever `maxmemory` says. Redis would end here. */
export const NO_MEMORY = new ReplyError('OOM no memory could be allocated.');
export const NO_AUTH = new ReplyError('NOAUTH Authentication required.');
export const INTERNAL_ERROR = new ReplyError('ERR internal error');

/** @param name as in the command table, lower case, `config|get` for a subcommand */
export function wrongArity(name: string): ReplyError {
  return new ReplyError(`ERR wrong number of arguments for '${name}' command`);
}

export function invalidExpire(name: string): ReplyError {
  return new ReplyError(`ERR invalid expire time in '${name}' command`);
}

/** What a container answers to a subcommand it doesn't have. @param name as the client wrote it */
export function unknownSubcommand(container: string, name: string): ReplyError {
  return new ReplyError(
    `ERR unknown subcommand '${name.slice(0, 128)}'. Try ${container.toUpperCase()} HELP.`,
  );
}
