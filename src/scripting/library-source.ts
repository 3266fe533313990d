/**
 * The first line of a library of functions, which names it:
 *
 *     #!lua name=mylib
 *
 * Source: redis.io/docs/interact/programmability/functions-intro.
 */
import { splitArguments } from '../protocol/inline-request.js';
import { ReplyError } from '../protocol/reply-error.js';
import { RequestSpans } from '../protocol/request-parser.js';
import { BAD_NAME, isName, Library } from './functions.js';

const LINE_FEED = 10;
const NAME_OPTION = 'name=';

/** @throws ReplyError for anything but a library of Lua functions with a name */
export function parseLibrary(source: Buffer): Library {
  if (source.toString('latin1', 0, 2) !== '#!') throw new ReplyError('ERR Missing library metadata');
  const end = source.indexOf(LINE_FEED);
  const words = new RequestSpans();
  if (end < 0 || !splitArguments(source, 0, end, words) || words.count === 0) {
    throw new ReplyError('ERR Invalid library metadata');
  }
  const word = (index: number): string =>
    words.bytes.toString('latin1', words.starts[index], words.ends[index]);
  const name = nameAmong(Array.from({ length: words.count - 1 }, (_, index) => word(index + 1)));
  if (!isName(name)) throw new ReplyError(`ERR ${BAD_NAME}`);
  const engine = word(0).slice(2);
  if (engine.toLowerCase() !== 'lua') throw new ReplyError(`ERR Engine '${engine}' not found`);
  return new Library(name, source, source.subarray(end));
}

function nameAmong(options: readonly string[]): string {
  let name: string | null = null;
  for (const option of options) {
    if (option.slice(0, NAME_OPTION.length).toLowerCase() !== NAME_OPTION) {
      throw new ReplyError(`ERR Invalid metadata value given: ${option}`);
    }
    if (name !== null) {
      throw new ReplyError('ERR Invalid metadata value, name argument was given multiple times');
    }
    name = option.slice(NAME_OPTION.length);
  }
  if (name === null) throw new ReplyError('ERR Library name was not given');
  return name;
}
