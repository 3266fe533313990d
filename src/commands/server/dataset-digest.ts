/**
 * DEBUG DIGEST and DIGEST-VALUE: 160 bits that are equal for equal data, whatever its encoding and order, and equal to
 * what a redis-server with the same data answers.
 *
 * Two ways to take something in: `add` is independent of order (exclusive or of SHA-1 sums), `mix` isn't (the sum of
 * the result so far). A database adds its keys; a key mixes its name, type and value; a value mixes or adds its
 * elements, as their order matters or not.
 */
import { createHash } from 'node:crypto';
import { formatDouble } from '../../base/double.js';
import {
  keyLength,
  keyStart,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STREAM,
  TYPE_STRING,
  TYPE_ZSET,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import type { Context } from '../context.js';

const DIGEST_BYTES = 20;
/** Redis' number of each type: streams came after modules. */
const TYPE_NUMBERS: Readonly<Record<number, number>> = {
  [TYPE_STRING]: 0,
  [TYPE_LIST]: 1,
  [TYPE_SET]: 2,
  [TYPE_ZSET]: 3,
  [TYPE_HASH]: 4,
  [TYPE_STREAM]: 6,
};
const EXPIRES = Buffer.from('!!expire!!');

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest();
}

const bytesOf = ({ bytes, start, end }: ValueView): Buffer => bytes.subarray(start, end);

class Digest {
  bytes: Buffer = Buffer.alloc(DIGEST_BYTES);

  /** Whatever the order. */
  add(bytes: Buffer): this {
    const sum = sha1(bytes);
    for (let index = 0; index < DIGEST_BYTES; index++) this.bytes[index] ^= sum[index];
    return this;
  }

  /** In this order. */
  mix(bytes: Buffer): this {
    this.add(bytes);
    this.bytes = sha1(this.bytes);
    return this;
  }

  mixInteger(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return this.mix(bytes);
  }
}

/** An element that isn't one piece of bytes: a field with its value, a member with its score. */
const pair = (first: Buffer, second: Buffer): Buffer => new Digest().mix(first).mix(second).bytes;

function takeValue(context: Context, entry: number, digest: Digest): void {
  const { arena, lists, sets, hashes, sortedSets } = context;
  switch (typeOf(arena, entry)) {
    case TYPE_STRING: {
      const start = valueStart(arena, entry);
      digest.mix(arena.bytesOf(entry).subarray(start, start + valueLength(arena, entry)));
      break;
    }
    case TYPE_LIST: {
      const cursor = lists.range(entry, 0, lists.length(entry), false);
      while (cursor.next()) digest.mix(bytesOf(cursor.value));
      break;
    }
    case TYPE_SET: {
      const cursor = sets.all(entry);
      while (cursor.next()) digest.add(bytesOf(cursor.member));
      break;
    }
    case TYPE_HASH: {
      const cursor = hashes.all(entry);
      while (cursor.next()) digest.add(pair(bytesOf(cursor.field), bytesOf(cursor.value)));
      break;
    }
    case TYPE_ZSET: {
      const cursor = sortedSets.range(entry, 0, sortedSets.length(entry), false);
      while (cursor.next()) {
        digest.add(pair(bytesOf(cursor.member), Buffer.from(formatDouble(cursor.score))));
      }
      break;
    }
    case TYPE_STREAM:
      takeStream(context, entry, digest);
      break;
  }
}

/** Entries in order, each its id (with a dot), then its fields and values. Groups don't count. */
function takeStream({ streams }: Context, entry: number, digest: Digest): void {
  const cursor = streams.range(streams.get(entry), new StreamId().setZero(), new StreamId().setMax(), false);
  while (cursor.next()) {
    digest.mix(Buffer.from(cursor.id.toString().replace('-', '.')));
    for (let left = cursor.fieldCount; left > 0; left--) {
      cursor.nextField();
      digest.mix(bytesOf(cursor.field)).mix(bytesOf(cursor.value));
    }
  }
}

function takeEntry(context: Context, entry: number, digest: Digest): void {
  digest.mixInteger(TYPE_NUMBERS[typeOf(context.arena, entry)]);
  takeValue(context, entry, digest);
  if (context.db.expireAt(entry) >= 0) digest.add(EXPIRES);
}

/** Of one key's value. @returns 40 hexadecimal digits */
export function digestOfValue(context: Context, entry: number): string {
  const digest = new Digest();
  if (entry !== 0) takeEntry(context, entry, digest);
  return digest.bytes.toString('hex');
}

/** Of all keys of all databases. @returns 40 hexadecimal digits */
export function digestOfAll(context: Context): string {
  const { arena, keyspace } = context;
  const selected = context.db;
  const total = new Digest();
  for (const db of keyspace.databases) {
    if (db.size === 0) continue;
    context.db = db;
    total.mixInteger(db.id);
    db.forEach((entry) => {
      const start = keyStart(arena, entry);
      const digest = new Digest();
      digest.mix(arena.bytesOf(entry).subarray(start, start + keyLength(arena, entry)));
      takeEntry(context, entry, digest);
      total.add(digest.bytes);
    });
  }
  context.db = selected;
  return total.bytes.toString('hex');
}
