/**
 * A stream as RDB: its nodes as the bytes they are, what it counts, and its groups.
 *
 *     | nodes n | (master id 16 as a string, listpack) × n | entries | last id | first id | greatest deleted id
 *     | entries added | groups | group × groups |
 *
 *     group     | name | last id | entries read | pending p | (id 16, time 8, deliveries) × p
 *               | consumers | consumer × consumers |
 *     consumer  | name | seen 8 | pending p | id 16 × p |
 *
 * Ids are two lengths each but where their 16 bytes are told. The form is that of RDB version 10: version 11 adds when
 * consumers were active, but Redis 7.0 doesn't read it, and whoever goes from here to there has the form both know.
 */
import { listpackBytes } from '../../engine/packed/listpack.js';
import type { Collections } from '../../engine/types/data-types.js';
import {
  inNameOrder,
  type ShownConsumer,
  type ShownGroup,
} from '../../engine/types/stream/consumer-group.js';
import type { FrozenStream, ShowStreamNode } from '../../engine/types/stream/frozen-stream.js';
import type { StreamFacts } from '../../engine/types/stream/read-count.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import type { WideCount } from '../../engine/types/stream/wide-count.js';
import { LENGTH_64_BITS } from './format.js';
import type { RdbWriter } from './writer.js';

const ID_BYTES = 16;
const WORD_BYTES = 8;

/** One for all: what is written is written at once. */
const scratch = Buffer.alloc(ID_BYTES);

/** A number of 64 bits in the form of a count. */
function saveWords(hi: number, lo: number, writer: RdbWriter): void {
  if (hi === 0) {
    writer.count(lo);
    return;
  }
  writer.byte(LENGTH_64_BITS);
  scratch.writeUInt32BE(hi, 0);
  scratch.writeUInt32BE(lo, 4);
  writer.raw(scratch, 0, WORD_BYTES);
}

function saveCount(count: WideCount, writer: RdbWriter): void {
  const value = BigInt.asUintN(64, BigInt(count));
  saveWords(Number(value >> 32n), Number(value & 0xffff_ffffn), writer);
}

function saveId({ msHi, msLo, seqHi, seqLo }: StreamId, writer: RdbWriter): void {
  saveWords(msHi, msLo, writer);
  saveWords(seqHi, seqLo, writer);
}

/** Writes an id's bytes, the highest first, to `scratch`. */
function packId({ msHi, msLo, seqHi, seqLo }: StreamId): void {
  scratch.writeUInt32BE(msHi, 0);
  scratch.writeUInt32BE(msLo, 4);
  scratch.writeUInt32BE(seqHi, 8);
  scratch.writeUInt32BE(seqLo, 12);
}

/** Nodes, and pending entries, between two rests. */
const PIECE_NODES = 8;
const PIECE_PENDING = 1024;

type Pieces = Generator<void, void>;

function* consumerInPieces({ name, seenAtMs, pending }: ShownConsumer, writer: RdbWriter): Pieces {
  writer.text(name);
  writer.int64(seenAtMs);
  writer.count(pending.length);
  let count = 0;
  for (const { id } of pending.all()) {
    packId(id);
    writer.raw(scratch, 0, ID_BYTES);
    if (++count % PIECE_PENDING === 0) yield;
  }
}

function* groupsInPieces(groups: readonly ShownGroup[], writer: RdbWriter): Pieces {
  writer.count(groups.length);
  for (const { name, lastId, readCount, pending, consumers } of groups) {
    writer.text(name);
    saveId(lastId, writer);
    saveCount(readCount, writer);
    writer.count(pending.length);
    let count = 0;
    for (const { id, deliveredAtMs, deliveryCount } of pending.all()) {
      packId(id);
      writer.raw(scratch, 0, ID_BYTES);
      writer.int64(deliveredAtMs);
      saveCount(deliveryCount, writer);
      if (++count % PIECE_PENDING === 0) yield;
    }
    writer.count(consumers.size);
    for (const consumer of inNameOrder(consumers)) {
      yield* consumerInPieces(consumer, writer);
      yield;
    }
  }
}

function saveNode(master: StreamId, bytes: Buffer, at: number, writer: RdbWriter): void {
  packId(master);
  writer.string(scratch, 0, ID_BYTES);
  writer.string(bytes, at, at + listpackBytes(bytes, at));
}

function saveFacts(facts: StreamFacts, writer: RdbWriter): void {
  writer.count(facts.length);
  saveId(facts.lastId, writer);
  saveId(facts.firstId, writer);
  saveId(facts.maxDeletedId, writer);
  saveCount(facts.entriesAdded, writer);
}

/** The stream must not change before the end. */
export function* streamInPieces({ arena, streams }: Collections, entry: number, writer: RdbWriter): Pieces {
  const master = new StreamId();
  const { nodeCount } = streams.get(entry);
  writer.count(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    // Others may have been got in between.
    const stream = streams.get(entry);
    const ref = stream.nodeRef(node);
    saveNode(stream.readMasterId(node, master), arena.bytesOf(ref), arena.offsetOf(ref), writer);
    if (node % PIECE_NODES === PIECE_NODES - 1) yield;
  }
  const stream = streams.get(entry);
  saveFacts(stream, writer);
  yield* groupsInPieces(inNameOrder(stream.groups), writer);
}

/** As `streamInPieces`, of one that may change. */
export function frozenStream(frozen: FrozenStream): (writer: RdbWriter) => Pieces {
  return function* pieces(writer) {
    const show: ShowStreamNode = (master, bytes, at) => saveNode(master, bytes, at, writer);
    writer.count(frozen.count);
    if (frozen.count > 0)
      for (let count = 1; !frozen.step(show); count++) if (count % PIECE_NODES === 0) yield;
    saveFacts(frozen.facts, writer);
    yield* groupsInPieces(frozen.freezeGroups(), writer);
  };
}
