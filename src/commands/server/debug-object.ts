/** DEBUG OBJECT, LISTPACK, QUICKLIST and SDSLEN: what the engine made of a value. */
import {
  clockOf,
  ENCODING_EMBSTR,
  ENCODING_LISTPACK,
  ENCODING_NAMES,
  ENCODING_QUICKLIST,
  ENCODING_RAW,
  encodingOf,
  entryBytes,
  keyLength,
  valueLength,
} from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { NO_SUCH_KEY } from '../errors.js';
import { referenceCount } from '../generic/object.js';

const NOT_A_LISTPACK = new ReplyError('ERR Not a listpack encoded object.');
const NOT_A_QUICKLIST = new ReplyError('ERR Not a quicklist encoded object.');
const NOT_BYTES = new ReplyError('ERR Not an sds encoded string.');

/** A dump's bytes around the value: its type before, version and checksum behind it. */
const DUMP_FRAME_BYTES = 1 + 2 + 8;

function entryOf({ db }: Context, argv: Argv): number {
  const entry = db.find(argv.bytes, argv.starts[2], argv.ends[2]);
  if (entry === 0) throw NO_SUCH_KEY;
  return entry;
}

/** What only large lists have: their nodes. */
function describeNodes({ lists }: Context, entry: number): string {
  const { nodes, length, compressDepth, nodeLimits } = lists.quicklist(entry);
  let bytes = 0;
  for (let node = 0; node < nodes.count; node++) {
    nodes.openStored(node);
    bytes += nodes.contentBytes;
  }
  return (
    ` ql_nodes:${nodes.count} ql_avg_node:${(length / nodes.count).toFixed(2)}` +
    ` ql_listpack_max:${nodeLimits.size} ql_compressed:${compressDepth > 0 ? 1 : 0}` +
    ` ql_uncompressed_size:${bytes}`
  );
}

export function describeValue(context: Context, argv: Argv, reply: Reply): void {
  const { arena, keyspace, services } = context;
  const entry = entryOf(context, argv);
  const encoding = encodingOf(arena, entry);
  const clock = clockOf(arena, entry);
  const dump = services.dumps.dump(context, entry);
  const idleSeconds = Math.floor(keyspace.accessClock.idleMs(clock) / 1000);
  reply.simple(
    `Value at:0x${entry.toString(16)} refcount:${referenceCount(context, entry)} encoding:${ENCODING_NAMES[encoding]}` +
      ` serializedlength:${dump.length - DUMP_FRAME_BYTES} lru:${clock}` +
      ` lru_seconds_idle:${idleSeconds}` +
      (encoding === ENCODING_QUICKLIST ? describeNodes(context, entry) : ''),
  );
}

/** Redis prints to its standard output; here it is the log. */
export function describeListpack(context: Context, argv: Argv, reply: Reply): void {
  const { arena, services } = context;
  const entry = entryOf(context, argv);
  if (encodingOf(arena, entry) !== ENCODING_LISTPACK) throw NOT_A_LISTPACK;
  services.debugging.log(`listpack of ${argv.latin1(2)}: entry at ${entry}, ${arena.capacity(entry)} bytes`);
  reply.simple('Listpack structure written to the log');
}

export function describeQuicklist(context: Context, argv: Argv, reply: Reply): void {
  const entry = entryOf(context, argv);
  if (encodingOf(context.arena, entry) !== ENCODING_QUICKLIST) throw NOT_A_QUICKLIST;
  context.services.debugging.log(`quicklist of ${argv.latin1(2)}:${describeNodes(context, entry)}`);
  reply.simple('Quicklist structure written to the log');
}

/** Key and value share one block here: what is free in it is the value's. */
export function describeString(context: Context, argv: Argv, reply: Reply): void {
  const { arena } = context;
  const entry = entryOf(context, argv);
  const encoding = encodingOf(arena, entry);
  if (encoding !== ENCODING_RAW && encoding !== ENCODING_EMBSTR) throw NOT_BYTES;
  const keyBytes = keyLength(arena, entry);
  const valueBytes = valueLength(arena, entry);
  const blockBytes = arena.capacity(entry);
  reply.simple(
    `key_sds_len:${keyBytes}, key_sds_avail:0, key_zmalloc: ${keyBytes}, val_sds_len:${valueBytes}, ` +
      `val_sds_avail:${blockBytes - entryBytes(keyBytes, valueBytes)}, val_zmalloc: ${blockBytes - keyBytes}`,
  );
}
