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
import { type Consumer, type ConsumerGroup, inNameOrder } from '../../engine/types/stream/consumer-group.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import type { WideCount } from '../../engine/types/stream/wide-count.js';
import type { Collections } from './collections.js';
import { LENGTH_64_BITS } from './format.js';
import type { RdbWriter } from './writer.js';

const ID_BYTES = 16;
const WORD_BYTES = 8;
const MIN_ID = new StreamId();

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

function saveConsumer({ name, seenAtMs, pending }: Consumer, writer: RdbWriter): void {
  writer.text(name);
  writer.int64(seenAtMs);
  writer.count(pending.length);
  for (const { id } of pending.from(MIN_ID)) {
    packId(id);
    writer.raw(scratch, 0, ID_BYTES);
  }
}

function saveGroup({ name, lastId, readCount, pending, consumers }: ConsumerGroup, writer: RdbWriter): void {
  writer.text(name);
  saveId(lastId, writer);
  saveCount(readCount, writer);
  writer.count(pending.length);
  for (const { id, deliveredAtMs, deliveryCount } of pending.from(MIN_ID)) {
    packId(id);
    writer.raw(scratch, 0, ID_BYTES);
    writer.int64(deliveredAtMs);
    saveCount(deliveryCount, writer);
  }
  writer.count(consumers.size);
  for (const consumer of inNameOrder(consumers)) saveConsumer(consumer, writer);
}

/** Nodes between two rests. */
const PIECE_NODES = 8;

/** Rests between nodes; groups are written in one go. The stream must not change before the end. */
export function* streamInPieces(
  { arena, streams }: Collections,
  entry: number,
  writer: RdbWriter,
): Iterator<void, void> {
  const stream = streams.get(entry);
  const { groups } = stream;
  const master = new StreamId();
  writer.count(stream.nodeCount);
  for (let node = 0; node < stream.nodeCount; node++) {
    packId(stream.readMasterId(node, master));
    writer.string(scratch, 0, ID_BYTES);
    const bytes = arena.bytesOf(stream.nodeRef(node));
    const at = arena.offsetOf(stream.nodeRef(node));
    writer.string(bytes, at, at + listpackBytes(bytes, at));
    if (node % PIECE_NODES === PIECE_NODES - 1) yield;
  }
  writer.count(stream.length);
  saveId(stream.lastId, writer);
  saveId(stream.firstId, writer);
  saveId(stream.maxDeletedId, writer);
  saveCount(stream.entriesAdded, writer);
  writer.count(groups.size);
  for (const group of inNameOrder(groups)) saveGroup(group, writer);
}
