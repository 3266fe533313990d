/** A sorted set from RDB, in the four forms there are. @throws BadFormat */
import { compareBytes } from '../../base/bytes.js';
import { DistinctSpans } from '../../base/distinct-spans.js';
import { parseDouble } from '../../base/double.js';
import { NONE } from '../../engine/arena.js';
import { firstEntry, LISTPACK_END, nextEntry } from '../../engine/packed/listpack.js';
import { entryAsDouble, readEntry } from '../../engine/packed/listpack-value.js';
import { ValueView } from '../../engine/packed/value-view.js';
import { ADDED } from '../../engine/types/zset/sorted-sets.js';
import {
  type Creation,
  type Origin,
  readListpack,
  require,
  requireElements,
  requireUnique,
} from './elements.js';
import { BadFormat, RdbReader } from './reader.js';
import { elementsOfZiplist } from './ziplist.js';

/** @param score reads the next one */
export function readSortedSet(
  reader: RdbReader,
  origin: Origin,
  score: (reader: RdbReader) => number,
): Creation {
  const count = reader.elementCount();
  requireElements(count);
  const start = reader.at;
  let firstBytes = 0;
  for (let left = count; left > 0; left--) {
    const length = reader.skipString();
    if (left === count) firstBytes = length;
    require(!Number.isNaN(score(reader)), 'a score is no number');
  }
  const end = reader.at;
  const again = (): RdbReader => new RdbReader(reader.bytes, start, end);
  if (origin === 'client') {
    const members = again();
    const texts = new DistinctSpans(count);
    const view = new ValueView();
    for (let left = count; left > 0; left--) {
      members.stringInto(view);
      require(texts.add(view.bytes, view.start, view.end), 'duplicates');
      score(members);
    }
  }
  return ({ sortedSets }, db, key, keyFrom, keyTo) => {
    const members = again();
    const view = new ValueView();
    if (!sortedSets.fitsListpack(count, firstBytes)) {
      const { build } = sortedSets;
      build.begin(count);
      for (let left = count; left > 0; left--) {
        members.stringInto(view);
        if (build.find(view) !== NONE) {
          build.cancel();
          throw new BadFormat('duplicates');
        }
        build.add(score(members), view);
      }
      return sortedSets.createBuilt(db, key, keyFrom, keyTo);
    }
    const entry = sortedSets.create(db, key, keyFrom, keyTo, count, firstBytes);
    for (let left = count; left > 0; left--) {
      members.stringInto(view);
      const outcome = sortedSets.add(entry, score(members), 0, view.bytes, view.start, view.end);
      require(outcome === ADDED, 'duplicates');
    }
    return entry;
  };
}

interface ScoredMember {
  readonly member: Buffer;
  readonly score: number;
}

function sortedSetOf(members: readonly ScoredMember[]): Creation {
  const [first] = members;
  require(!members.some(({ score }) => Number.isNaN(score)), 'a score is no number');
  return ({ sortedSets }, db, key, keyFrom, keyTo) => {
    const entry = sortedSets.create(db, key, keyFrom, keyTo, members.length, first.member.length);
    for (const { member, score } of members) {
      require(sortedSets.add(entry, score, 0, member, 0, member.length) === ADDED, 'duplicates');
    }
    return entry;
  };
}

export function readSortedSetZiplist(reader: RdbReader): Creation {
  const strings = elementsOfZiplist(reader.string());
  requireElements(strings.length);
  require(strings.length % 2 === 0, 'not pairs');
  const members: ScoredMember[] = [];
  for (let index = 0; index < strings.length; index += 2) {
    members.push({ member: strings[index], score: parseDouble(strings[index + 1].toString('latin1')) });
  }
  requireUnique(members.map(({ member }) => member.toString('latin1')));
  return sortedSetOf(members);
}

/** As it is where the members are in order, as ours and Redis' are; otherwise member by member. */
export function readSortedSetListpack(reader: RdbReader, origin: Origin): Creation {
  const bytes = readListpack(reader, 2, origin);
  if (isInOrder(bytes)) {
    return ({ sortedSets }, db, key, keyFrom, keyTo) =>
      sortedSets.createFromListpack(db, key, keyFrom, keyTo, bytes, 0, bytes.length);
  }
  const members: ScoredMember[] = [];
  const view = new ValueView();
  for (let at = firstEntry(0); bytes[at] !== LISTPACK_END; ) {
    const scoreAt = readEntry(bytes, at, view);
    const member = Buffer.from(view.bytes.subarray(view.start, view.end));
    members.push({ member, score: entryAsDouble(bytes, scoreAt) });
    at = nextEntry(bytes, scoreAt);
  }
  return sortedSetOf(members);
}

/** Whether each member of a listpack comes after the one before, by score and then by its bytes. */
function isInOrder(bytes: Buffer): boolean {
  let before = new ValueView();
  let view = new ValueView();
  let scoreBefore = Number.NEGATIVE_INFINITY;
  for (let at = firstEntry(0); bytes[at] !== LISTPACK_END; ) {
    const scoreAt = readEntry(bytes, at, view);
    const score = entryAsDouble(bytes, scoreAt);
    if (score < scoreBefore) return false;
    const isTie = score === scoreBefore && at !== firstEntry(0);
    if (
      isTie &&
      compareBytes(before.bytes, before.start, before.end, view.bytes, view.start, view.end) >= 0
    ) {
      return false;
    }
    scoreBefore = score;
    [before, view] = [view, before];
    at = nextEntry(bytes, scoreAt);
  }
  return true;
}
