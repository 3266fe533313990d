/**
 * Elements of collections as words of the commands that add them: of one that stands still while it is written, and of one
 * that is frozen, whose elements come in the order in which they change. It knows no keys, and not how many elements a
 * command may have.
 */
import { TYPE_HASH, TYPE_LIST, TYPE_SET, typeOf } from '../../engine/entry.js';
import { ValueView } from '../../engine/packed/value-view.js';
import type { Collections } from '../../engine/types/data-types.js';
import type { Frozen } from '../../engine/types/frozen.js';
import { readFrozenField } from '../../engine/types/hash/large-hash.js';
import { FrozenList, forEachElement } from '../../engine/types/list/frozen-list.js';
import { readFrozenMember as readFrozenSetMember } from '../../engine/types/set/large-set.js';
import type { FrozenStream } from '../../engine/types/stream/frozen-stream.js';
import { readFrozenMember } from '../../engine/types/zset/elements.js';
import type { Reply } from '../../protocol/reply.js';

/** The command that adds elements. */
export interface AddingCommand {
  readonly name: string;
  readonly wordsEach: 1 | 2;
}

/** Elements that stand still, of one word or two each. */
export interface Elements extends AddingCommand {
  readonly count: number;
  /** @returns false at the end */
  next(): boolean;
  write(words: Reply): void;
}

/** Of a list, a set, a hash or a sorted set. */
export function elementsOf(collections: Collections, ref: number): Elements {
  const { arena, lists, sets, hashes, sortedSets } = collections;
  switch (typeOf(arena, ref)) {
    case TYPE_LIST: {
      const count = lists.length(ref);
      const cursor = lists.range(ref, 0, count, false);
      return single('RPUSH', count, cursor, cursor.value);
    }
    case TYPE_SET: {
      const cursor = sets.all(ref);
      return single('SADD', sets.length(ref), cursor, cursor.member);
    }
    case TYPE_HASH: {
      const cursor = hashes.all(ref);
      return {
        name: 'HSET',
        wordsEach: 2,
        count: hashes.length(ref),
        next: () => cursor.next(),
        write(words) {
          bulk(words, cursor.field);
          bulk(words, cursor.value);
        },
      };
    }
    default: {
      const count = sortedSets.length(ref);
      const cursor = sortedSets.range(ref, 0, count, false);
      return {
        name: 'ZADD',
        wordsEach: 2,
        count,
        next: () => cursor.next(),
        write(words) {
          words.bulkDouble(cursor.score);
          bulk(words, cursor.member);
        },
      };
    }
  }
}

const single = (name: string, count: number, cursor: { next(): boolean }, value: ValueView): Elements => ({
  name,
  wordsEach: 1,
  count,
  next: () => cursor.next(),
  write: (words) => bulk(words, value),
});

/** And how one that is frozen becomes its words. */
interface FrozenForm extends AddingCommand {
  readonly write: (words: Reply, bytes: Buffer, at: number) => void;
}

const FROZEN_LIST: AddingCommand = { name: 'RPUSH', wordsEach: 1 };

/** What adds the elements of one that is frozen. @param type of its entry */
export function addingCommand(frozen: Exclude<Frozen, FrozenStream>, type: number): AddingCommand {
  return frozen instanceof FrozenList ? FROZEN_LIST : formOf(type);
}

/** Each step writes a few elements' words, and tells after each of them. @returns true when it was the last step */
export function elementSteps(
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
  const { write } = formOf(type);
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

function formOf(type: number): FrozenForm {
  if (type === TYPE_SET) return FROZEN_SET;
  return type === TYPE_HASH ? FROZEN_HASH : FROZEN_SORTED_SET;
}

function bulk(words: Reply, { bytes, start, end }: ValueView): void {
  words.bulk(bytes, start, end);
}
