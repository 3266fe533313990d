/**
 * A stream as the commands that make it: XADD of each entry, XSETID for what was counted, then XGROUP CREATE, XGROUP
 * CREATECONSUMER and XCLAIM for its groups. Each command is whole, so those of others may stand in between.
 */
import type { Arena } from '../../engine/arena.js';
import { inNameOrder, type ShownGroup } from '../../engine/types/stream/consumer-group.js';
import type { FrozenStream, ShowStreamNode } from '../../engine/types/stream/frozen-stream.js';
import { NodeEntries } from '../../engine/types/stream/node-entries.js';
import type { StreamFacts } from '../../engine/types/stream/read-count.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import type { Reply } from '../../protocol/reply.js';

/** The id of an entry that is added to a stream only so that the stream comes to be. */
const FIRST_ID = '0-1';
/** Pending entries in one piece: a fifth of a millisecond's. */
const PIECE_PENDING = 128;

/** One for all: a node is written at once. */
const entries = new NodeEntries();

/** All of it. The stream must not change meanwhile. */
export function writeStream(words: Reply, key: Buffer, arena: Arena, stream: Stream): void {
  const master = new StreamId();
  for (let node = 0; node < stream.nodeCount; node++) {
    const ref = stream.nodeRef(node);
    writeNode(words, key, stream.readMasterId(node, master), arena.bytesOf(ref), arena.offsetOf(ref));
  }
  writeFacts(words, key, stream);
  const groups = groupsInPieces(words, key, inNameOrder(stream.groups));
  while (groups.next().done !== true) {}
}

/**
 * One that may change meanwhile, a node or some pending entries at each step.
 * @returns a step, which returns true when it was the last
 */
export function frozenStreamSteps(words: Reply, key: Buffer, frozen: FrozenStream): () => boolean {
  let groups: Pieces | null = null;
  const show: ShowStreamNode = (master, bytes, at) => writeNode(words, key, master, bytes, at);
  return () => {
    if (groups !== null) return groups.next().done === true;
    if (frozen.count > 0 && !frozen.step(show)) return false;
    writeFacts(words, key, frozen.facts);
    groups = groupsInPieces(words, key, frozen.freezeGroups());
    return false;
  };
}

/** The name of a command before the key, and some words behind it; `more` words have to follow. */
function keyed(
  words: Reply,
  name: readonly string[],
  key: Buffer,
  behind: readonly string[],
  more = 0,
): void {
  words.array(name.length + 1 + behind.length + more);
  for (const word of name) words.bulkLatin1(word);
  words.bulk(key, 0, key.length);
  for (const word of behind) words.bulkLatin1(word);
}

function writeNode(words: Reply, key: Buffer, master: StreamId, bytes: Buffer, at: number): void {
  const { field, value } = entries;
  entries.open(master, bytes, at);
  while (entries.next()) {
    keyed(words, ['XADD'], key, [entries.id.toString()], entries.fieldCount * 2);
    for (let left = entries.fieldCount; left > 0; left--) {
      entries.nextField();
      words.bulk(field.bytes, field.start, field.end);
      words.bulk(value.bytes, value.start, value.end);
    }
  }
}

function writeFacts(words: Reply, key: Buffer, facts: StreamFacts): void {
  const last = facts.lastId.toString();
  if (facts.length === 0) {
    const id = facts.lastId.isZero ? FIRST_ID : last;
    keyed(words, ['XADD'], key, ['MAXLEN', '0', id, 'x', 'y']);
  }
  const added = ['ENTRIESADDED', String(facts.entriesAdded)];
  keyed(words, ['XSETID'], key, [last, ...added, 'MAXDELETEDID', facts.maxDeletedId.toString()]);
}

type Pieces = Generator<void, void>;

function* groupsInPieces(words: Reply, key: Buffer, groups: readonly ShownGroup[]): Pieces {
  for (const { name, lastId, readCount, consumers } of groups) {
    keyed(words, ['XGROUP', 'CREATE'], key, [name, lastId.toString(), 'ENTRIESREAD', String(readCount)]);
    for (const consumer of inNameOrder(consumers)) {
      keyed(words, ['XGROUP', 'CREATECONSUMER'], key, [name, consumer.name]);
      let count = 0;
      for (const { id, deliveredAtMs, deliveryCount } of consumer.pending.all()) {
        const delivery = ['TIME', String(deliveredAtMs), 'RETRYCOUNT', String(deliveryCount)];
        keyed(words, ['XCLAIM'], key, [
          name,
          consumer.name,
          '0',
          id.toString(),
          ...delivery,
          'JUSTID',
          'FORCE',
        ]);
        if (++count % PIECE_PENDING === 0) yield;
      }
      yield;
    }
  }
}
