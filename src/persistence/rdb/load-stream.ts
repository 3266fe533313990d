/**
 * A stream from RDB, in the three forms there are: the layout of the second is in save-stream.ts. The first, up to Redis
 * 6.2, lacks the first id, the greatest deleted one and what was added and read; the third, of 7.2, tells when consumers
 * were active. All of it is read and checked before anything is created.
 */
import { Consumer, ConsumerGroup, PendingEntry } from '../../engine/types/stream/consumer-group.js';
import { countUpTo, type StreamFacts } from '../../engine/types/stream/read-count.js';
import type { LoadedStream } from '../../engine/types/stream/stream.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { NOT_A_NODE, StreamNodeValidator } from '../../engine/types/stream/stream-node-validate.js';
import { type WideCount, wideCountOf } from '../../engine/types/stream/wide-count.js';
import { RDB_STREAM, RDB_STREAM_2, RDB_STREAM_3 } from './format.js';
import { BadFormat, type RdbReader } from './reader.js';

const ID_BYTES = 16;
/** Beyond this many milliseconds, far from now in either direction, times are cut: sums with them stay exact. */
const TIME_MS_MAX = 2 ** 52;

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadFormat(otherwise);
}

/** An id's bytes, the highest first. */
function unpackId(bytes: Buffer, at: number): StreamId {
  const word = (index: number): number => bytes.readUInt32BE(at + index * 4);
  return new StreamId().set(word(0), word(1), word(2), word(3));
}

function readRawId(reader: RdbReader): StreamId {
  const { at } = reader;
  reader.skip(ID_BYTES);
  return unpackId(reader.bytes, at);
}

function readId(reader: RdbReader): StreamId {
  const ms = reader.bigCount();
  const seq = reader.bigCount();
  const low = (value: bigint): number => Number(value & 0xffff_ffffn);
  return new StreamId().set(Number(ms >> 32n), low(ms), Number(seq >> 32n), low(seq));
}

const readCount = (reader: RdbReader): WideCount => wideCountOf(reader.bigCount());

function readTime(reader: RdbReader): number {
  return Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, reader.int64()));
}

interface Nodes {
  readonly nodes: LoadedStream['nodes'];
  readonly length: number;
  readonly validator: StreamNodeValidator;
}

function readNodes(reader: RdbReader): Nodes {
  const nodes: { master: StreamId; bytes: Buffer }[] = [];
  const validator = new StreamNodeValidator();
  let length = 0;
  for (let left = reader.elementCount(); left > 0; left--) {
    const key = reader.string();
    require(key.length === ID_BYTES, 'the key of a node is no id');
    const master = unpackId(key, 0);
    const before = nodes.at(-1);
    require(before === undefined || master.compare(before.master) > 0, 'nodes out of order');
    const isBehind = !validator.hasEntries || master.compare(validator.lastId) > 0;
    require(isBehind, 'a node begins among the entries of another');
    const bytes = reader.string();
    const live = validator.validate(bytes, master);
    require(live !== NOT_A_NODE, 'not a node of a stream');
    length += live;
    nodes.push({ master, bytes });
  }
  return { nodes, length, validator };
}

/** Whose pending entries are until their consumer turns up. */
const NOBODY = new Consumer('', 0);

function readPending(reader: RdbReader, group: ConsumerGroup): void {
  for (let left = reader.elementCount(); left > 0; left--) {
    const id = readRawId(reader);
    const deliveredAtMs = readTime(reader);
    require(group.pending.get(id) === null, 'an entry is pending twice');
    group.pending.add(new PendingEntry(id, NOBODY, deliveredAtMs, readCount(reader)));
  }
}

/** @returns how many entries are pending with it */
function readConsumer(reader: RdbReader, group: ConsumerGroup, type: number): number {
  const name = reader.string().toString('latin1');
  require(!group.consumers.has(name), 'two consumers of one name');
  const consumer = group.createConsumer(name, readTime(reader));
  // Of older forms that is the best guess.
  consumer.activeAtMs = type === RDB_STREAM_3 ? readTime(reader) : consumer.seenAtMs;
  for (let left = reader.elementCount(); left > 0; left--) {
    const pending = group.pending.get(readRawId(reader));
    if (pending === null || pending.consumer !== NOBODY) {
      throw new BadFormat("a consumer's entry is not pending, or with somebody else");
    }
    pending.consumer = consumer;
    consumer.pending.add(pending);
  }
  return consumer.pending.length;
}

function readGroup(reader: RdbReader, facts: StreamFacts, type: number): ConsumerGroup {
  const name = reader.string().toString('latin1');
  const lastId = readId(reader);
  const read = type === RDB_STREAM ? countUpTo(facts, lastId) : readCount(reader);
  const group = new ConsumerGroup(name, lastId, read);
  readPending(reader, group);
  let owned = 0;
  for (let left = reader.elementCount(); left > 0; left--) owned += readConsumer(reader, group, type);
  require(owned === group.pending.length, 'an entry is pending with nobody');
  return group;
}

/** @param type one of RDB's three for streams */
export function readStream(reader: RdbReader, type: number): LoadedStream {
  const { nodes, length, validator } = readNodes(reader);
  require(reader.count() === length, 'another number of entries');
  const lastId = readId(reader);
  require(!validator.hasEntries || validator.lastId.compare(lastId) <= 0, 'entries behind the last id');
  const hasCounts = type === RDB_STREAM_2 || type === RDB_STREAM_3;
  // What the nodes say about the first entry is as good as what follows.
  if (hasCounts) readId(reader);
  const maxDeletedId = hasCounts ? readId(reader) : new StreamId();
  const entriesAdded = hasCounts ? readCount(reader) : length;
  const facts = { length, entriesAdded, firstId: validator.firstId, lastId, maxDeletedId };
  const groups: ConsumerGroup[] = [];
  const names = new Set<string>();
  for (let left = reader.elementCount(); left > 0; left--) {
    const group = readGroup(reader, facts, type);
    require(!names.has(group.name), 'two groups of one name');
    names.add(group.name);
    groups.push(group);
  }
  return { ...facts, nodes, groups };
}
