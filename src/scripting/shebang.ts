/**
 * The first line of a script, which may say what it is and what it will do:
 *
 *     #!lua flags=no-writes,allow-stale
 *
 * Source: redis.io/docs/interact/programmability/lua-api, "Script flags".
 */
import { ReplyError } from '../protocol/reply-error.js';

export interface ParsedScript {
  /** What the machine compiles: the shebang's line is left empty, so that line numbers stay. */
  readonly body: Buffer;
  readonly hasShebang: boolean;
  readonly isWithoutWrites: boolean;
  readonly allowsOutOfMemory: boolean;
}

const FLAGS = new Set(['no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys']);
const LINE_FEED = 10;

/** @throws ReplyError when the shebang is malformed */
export function parseScript(source: Buffer): ParsedScript {
  if (source.length < 2 || source.toString('latin1', 0, 2) !== '#!') {
    return { body: source, hasShebang: false, isWithoutWrites: false, allowsOutOfMemory: false };
  }
  const end = source.indexOf(LINE_FEED);
  if (end < 0) throw new ReplyError('ERR Invalid script shebang');
  const [engine, ...options] = source.toString('latin1', 2, end).trim().split(/\s+/);
  if (engine !== 'lua') throw new ReplyError(`ERR Unexpected engine in script shebang: #!${engine}`);
  const flags = new Set<string>();
  for (const option of options) {
    if (!option.startsWith('flags=')) throw new ReplyError(`ERR Unknown lua shebang option: ${option}`);
    for (const flag of option.slice('flags='.length).split(',')) {
      if (flag === '') continue;
      if (!FLAGS.has(flag)) throw new ReplyError(`ERR Unexpected flag in script shebang: ${flag}`);
      flags.add(flag);
    }
  }
  return {
    body: source.subarray(end),
    hasShebang: true,
    isWithoutWrites: flags.has('no-writes'),
    allowsOutOfMemory: flags.has('allow-oom'),
  };
}
