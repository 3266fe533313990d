/**
 * The first line of a script, which may say what it is and what it will do:
 *
 *     #!lua flags=no-writes,allow-stale
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Script flags".
 */
import { splitArguments } from '../protocol/inline-request.js';
import { ReplyError } from '../protocol/reply-error.js';
import { RequestSpans } from '../protocol/request-parser.js';

/** What a script says that it will do, and won't do. */
export interface ScriptFlags {
  readonly isWithoutWrites: boolean;
  readonly allowsOutOfMemory: boolean;
  /** It may run on a replica that lost its master. */
  readonly allowsStale: boolean;
}

export interface ParsedScript extends ScriptFlags {
  /** What the machine compiles: the shebang's line is left empty, so that line numbers stay. */
  readonly body: Buffer;
  readonly hasShebang: boolean;
}

const FLAGS = new Set(['no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys']);
const LINE_FEED = 10;
const NOTHING_SAID: ScriptFlags = { isWithoutWrites: false, allowsOutOfMemory: false, allowsStale: false };

/** @throws ReplyError when the shebang is malformed */
export function parseScript(source: Buffer): ParsedScript {
  if (source.length < 2 || source.toString('latin1', 0, 2) !== '#!') {
    return { body: source, hasShebang: false, ...NOTHING_SAID };
  }
  const end = source.indexOf(LINE_FEED);
  if (end < 0) throw new ReplyError('ERR Invalid script shebang');
  const words = new RequestSpans();
  if (!splitArguments(source, 0, end, words)) throw new ReplyError('ERR Invalid engine in script shebang');
  const [engine, ...options] = Array.from({ length: words.count }, (_, index) =>
    words.bytes.toString('latin1', words.starts[index], words.ends[index]),
  );
  if (engine !== '#!lua') throw new ReplyError(`ERR Unexpected engine in script shebang: ${engine}`);
  const flags = new Set<string>();
  for (const option of options) {
    if (!option.startsWith('flags=')) throw new ReplyError(`ERR Unknown lua shebang option: ${option}`);
    const list = option.slice('flags='.length);
    for (const flag of list === '' ? [] : list.split(',')) {
      if (!FLAGS.has(flag)) throw new ReplyError(`ERR Unexpected flag in script shebang: ${flag}`);
      flags.add(flag);
    }
  }
  return {
    body: source.subarray(end),
    hasShebang: true,
    isWithoutWrites: flags.has('no-writes'),
    allowsOutOfMemory: flags.has('allow-oom'),
    allowsStale: flags.has('allow-stale'),
  };
}
