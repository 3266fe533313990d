/**
 * Data as the commands that make them: the base of an append-only file where `aof-use-rdb-preamble` is off. It knows no
 * file; pieces go out through a function.
 */
import {
  keyLength,
  keyStart,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STRING,
  TYPE_ZSET,
  typeOf,
  valueLength,
  valueStart,
} from '../../engine/entry.js';
import type { Moment } from '../../engine/moment.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { LargeEntry } from '../../engine/snapshot.js';
import type { Frozen } from '../../engine/types/frozen.js';
import { readFrozenField } from '../../engine/types/hash/large-hash.js';
import { FrozenList, forEachElement } from '../../engine/types/list/frozen-list.js';
import { readFrozenMember as readFrozenSetMember } from '../../engine/types/set/large-set.js';
import type { ConsumerGroup } from '../../engine/types/stream/consumer-group.js';
import { FrozenStream } from '../../engine/types/stream/frozen-stream.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../engine/types/stream/stream-id.js';
import { readFrozenMember } from '../../engine/types/zset/elements.js';
import { Reply } from '../../protocol/reply.js';
import type { Collections } from '../rdb/collections.js';

/** Pieces of about this size go out. */
const PIECE_BYTES = 256 * 1024;
/** Elements that one command adds at most: Redis' AOF_REWRITE_ITEMS_PER_CMD. */
const ELEMENTS_MAX = 64;
/** The id of an entry that is added to a stream only so that the stream comes to be. */
const FIRST_ID = '0-1';

/** Elements of a collection, of one word or two each. */
interface Elements {
  readonly count: number;
  readonly wordsEach: 1 | 2;
  /** @returns false at the end */
  next(): boolean;
  write(words: Reply): void;
}

export class AofBaseWriter {
  readonly #collections: Collections;
  readonly #emit: (piece: Buffer) => void;
  readonly #words = new Reply();
  #databaseId = -1;

  /** @param emit is given each piece, whose bytes are overwritten when it has returned */
  constructor(collections: Collections, emit: (piece: Buffer) => void) {
    this.#collections = collections;
    this.#emit = emit;
  }

  functionLibrary(source: Buffer): void {
    this.#words.array(3);
    this.#words.bulkLatin1('FUNCTION');
    this.#words.bulkLatin1('LOAD');
    this.#words.bulk(source, 0, source.length);
  }

  database(_id: number, _size: number, _expiring: number): void {
    // Commands select by themselves: entries of several databases may come in any order.
  }

  /** @param atMs when it expires; -1: never */
  entry(databaseId: number, ref: number, atMs: Moment): void {
    this.#select(databaseId);
    const { arena, lists, sets, hashes, sortedSets, streams } = this.#collections;
    switch (typeOf(arena, ref)) {
      case TYPE_STRING:
        this.#string(ref);
        break;
      case TYPE_LIST: {
        const cursor = lists.range(ref, 0, lists.length(ref), false);
        this.#elements(ref, 'RPUSH', single(lists.length(ref), cursor, cursor.value));
        break;
      }
      case TYPE_SET: {
        const cursor = sets.all(ref);
        this.#elements(ref, 'SADD', single(sets.length(ref), cursor, cursor.member));
        break;
      }
      case TYPE_HASH: {
        const cursor = hashes.all(ref);
        this.#elements(ref, 'HSET', {
          count: hashes.length(ref),
          wordsEach: 2,
          next: () => cursor.next(),
          write(words) {
            bulk(words, cursor.field);
            bulk(words, cursor.value);
          },
        });
        break;
      }
      case TYPE_ZSET: {
        const count = sortedSets.length(ref);
        const cursor = sortedSets.range(ref, 0, count, false);
        this.#elements(ref, 'ZADD', {
          count,
          wordsEach: 2,
          next: () => cursor.next(),
          write(words) {
            words.bulkDouble(cursor.score);
            bulk(words, cursor.member);
          },
        });
        break;
      }
      default:
        this.#stream(ref, streams.get(ref));
    }
    if (atMs >= 0) {
      this.#words.array(3);
      this.#words.bulkLatin1('PEXPIREAT');
      this.#key(ref);
      this.#words.bulkLatin1(String(atMs));
    }
    if (this.#words.length >= PIECE_BYTES) this.#flush();
  }

  /**
   * As `entry`, of a large value, which is written in pieces. Entries may be written in between: each command is whole.
   * @param frozen its elements, for it may change meanwhile; a stream is written whole
   */
  begin(databaseId: number, ref: number, atMs: Moment, frozen: Frozen | null): LargeEntry | null {
    if (frozen === null || frozen instanceof FrozenStream) return null;
    const { arena } = this.#collections;
    const start = keyStart(arena, ref);
    const key = Buffer.from(arena.bytesOf(ref).subarray(start, start + keyLength(arena, ref)));
    const { name, wordsEach } = frozen instanceof FrozenList ? FROZEN_LIST : frozenForm(typeOf(arena, ref));
    const elements = new Reply();
    let inCommand = 0;
    const command = (): void => {
      if (inCommand === 0) return;
      this.#select(databaseId);
      this.#words.array(2 + inCommand * wordsEach);
      this.#words.bulkLatin1(name);
      this.#words.bulk(key, 0, key.length);
      this.#words.rawSpan(elements.bytes, 0, elements.length);
      elements.reset();
      inCommand = 0;
    };
    const added = (): void => {
      if (++inCommand === ELEMENTS_MAX) command();
    };
    const step = stepsOf(frozen, typeOf(arena, ref), elements, added);
    return {
      proceed: () => {
        const isWhole = step();
        // Until then a command may wait for more elements, while those of others go out.
        if (isWhole) command();
        if (isWhole && atMs >= 0) {
          this.#select(databaseId);
          this.#words.array(3);
          this.#words.bulkLatin1('PEXPIREAT');
          this.#words.bulk(key, 0, key.length);
          this.#words.bulkLatin1(String(atMs));
        }
        if (this.#words.length >= PIECE_BYTES) this.#flush();
        return isWhole;
      },
    };
  }

  end(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#words.length === 0) return;
    this.#emit(this.#words.bytes.subarray(0, this.#words.length));
    this.#words.reset();
  }

  #select(databaseId: number): void {
    if (databaseId === this.#databaseId) return;
    this.#databaseId = databaseId;
    this.#words.array(2);
    this.#words.bulkLatin1('SELECT');
    this.#words.bulkInteger(databaseId);
  }

  #key(ref: number): void {
    const { arena } = this.#collections;
    const start = keyStart(arena, ref);
    this.#words.bulk(arena.bytesOf(ref), start, start + keyLength(arena, ref));
  }

  /** The name of a command, some words before the key and some behind it; `more` words have to follow. */
  #keyed(ref: number, before: readonly string[], behind: readonly string[], more = 0): void {
    this.#words.array(before.length + 1 + behind.length + more);
    for (const word of before) this.#words.bulkLatin1(word);
    this.#key(ref);
    for (const word of behind) this.#words.bulkLatin1(word);
  }

  #string(ref: number): void {
    const { arena } = this.#collections;
    this.#keyed(ref, ['SET'], [], 1);
    const start = valueStart(arena, ref);
    this.#words.bulk(arena.bytesOf(ref), start, start + valueLength(arena, ref));
  }

  #elements(ref: number, name: string, elements: Elements): void {
    let left = elements.count;
    let room = 0;
    while (elements.next()) {
      if (room === 0) {
        room = Math.min(left, ELEMENTS_MAX);
        left -= room;
        this.#keyed(ref, [name], [], room * elements.wordsEach);
      }
      elements.write(this.#words);
      room--;
    }
  }

  #stream(ref: number, stream: Stream): void {
    const words = this.#words;
    const cursor = this.#collections.streams.range(stream, new StreamId(), MAX_ID, false);
    while (cursor.next()) {
      this.#keyed(ref, ['XADD'], [cursor.id.toString()], cursor.fieldCount * 2);
      for (let left = cursor.fieldCount; left > 0; left--) {
        cursor.nextField();
        bulk(words, cursor.field);
        bulk(words, cursor.value);
      }
    }
    const last = stream.lastId.toString();
    if (stream.length === 0) {
      this.#keyed(ref, ['XADD'], ['MAXLEN', '0', stream.lastId.isZero ? FIRST_ID : last, 'x', 'y']);
    }
    const counts = [
      'ENTRIESADDED',
      String(stream.entriesAdded),
      'MAXDELETEDID',
      stream.maxDeletedId.toString(),
    ];
    this.#keyed(ref, ['XSETID'], [last, ...counts]);
    for (const group of stream.groups.values()) this.#group(ref, group);
  }

  #group(ref: number, group: ConsumerGroup): void {
    const read = ['ENTRIESREAD', String(group.readCount)];
    this.#keyed(ref, ['XGROUP', 'CREATE'], [group.name, group.lastId.toString(), ...read]);
    for (const consumer of group.consumers.values()) {
      this.#keyed(ref, ['XGROUP', 'CREATECONSUMER'], [group.name, consumer.name]);
      for (const { id, deliveredAtMs, deliveryCount } of consumer.pending.from(new StreamId())) {
        const delivery = ['TIME', String(deliveredAtMs), 'RETRYCOUNT', String(deliveryCount)];
        const claim = [group.name, consumer.name, '0', id.toString(), ...delivery, 'JUSTID', 'FORCE'];
        this.#keyed(ref, ['XCLAIM'], claim);
      }
    }
  }
}

/** The command that adds elements. */
interface AddingCommand {
  readonly name: string;
  readonly wordsEach: 1 | 2;
}

/** And how one that is frozen becomes its words. */
interface FrozenForm extends AddingCommand {
  readonly write: (words: Reply, bytes: Buffer, at: number) => void;
}

const FROZEN_LIST: AddingCommand = { name: 'RPUSH', wordsEach: 1 };

/** Each step writes a few elements' words, and tells after each of them. @returns true when it was the last step */
function stepsOf(
  frozen: Exclude<Frozen, FrozenStream>,
  type: number,
  words: Reply,
  added: () => void,
): () => boolean {
  if (frozen instanceof FrozenList) {
    const show = (element: ValueView): void => {
      bulk(words, element);
      added();
    };
    return () => frozen.step((node) => forEachElement(node, show));
  }
  const { write } = frozenForm(type);
  return () =>
    frozen.step((bytes, at) => {
      write(words, bytes, at);
      added();
    });
}

/** Of the element that is written. */
const view = new ValueView();
const secondView = new ValueView();

const FROZEN_SET: FrozenForm = {
  name: 'SADD',
  wordsEach: 1,
  write(words, bytes, at) {
    readFrozenSetMember(bytes, at, view);
    bulk(words, view);
  },
};

const FROZEN_HASH: FrozenForm = {
  name: 'HSET',
  wordsEach: 2,
  write(words, bytes, at) {
    readFrozenField(bytes, at, view, secondView);
    bulk(words, view);
    bulk(words, secondView);
  },
};

const FROZEN_SORTED_SET: FrozenForm = {
  name: 'ZADD',
  wordsEach: 2,
  write(words, bytes, at) {
    words.bulkDouble(readFrozenMember(bytes, at, view));
    bulk(words, view);
  },
};

function frozenForm(type: number): FrozenForm {
  if (type === TYPE_SET) return FROZEN_SET;
  return type === TYPE_HASH ? FROZEN_HASH : FROZEN_SORTED_SET;
}

function bulk(words: Reply, { bytes, start, end }: ValueView): void {
  words.bulk(bytes, start, end);
}

const single = (count: number, cursor: { next(): boolean }, view: ValueView): Elements => ({
  count,
  wordsEach: 1,
  next: () => cursor.next(),
  write: (words) => bulk(words, view),
});
