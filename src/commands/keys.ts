/**
 * Where the keys of a request are, and what the command does with each: what ACL, client-side caching, cluster
 * clients and COMMAND GETKEYS ask. Key specifications are followed as data; a command whose specifications can't
 * tell everything has a function of its own.
 *
 * Source: redis.io/docs/reference/key-specs.
 */
import type { KeySpec } from './arguments.js';
import type { Argv } from './argv.js';
import { INCOMPLETE_KEYS, NOT_KEY, VARIABLE_FLAGS } from './flags.js';
import type { CommandTable } from './table.js';

/** Is told of a key. @param index of the argument @param flags RO, RW … with ACCESS, UPDATE … */
export type KeyFound = (index: number, flags: number) => void;

const LOCATED = 0;
/** The keyword isn't there, and so no key. */
const ABSENT = 1;
/** The arguments don't fit the specification. */
const INVALID = 2;

export class CommandKeys {
  readonly #table: CommandTable;
  /** By command id: 1 where the specifications tell all keys and what is done with them. */
  readonly #areSpecsEnough: Uint8Array;
  /** Where the specification looked at last found keys: arguments first, first + step … last. */
  #first = 0;
  #last = 0;
  #step = 1;
  /** The count of keys was none that the command takes: nothing will be done with the keys. */
  #isCountOdd = false;

  constructor(table: CommandTable) {
    this.#table = table;
    this.#areSpecsEnough = Uint8Array.from(table.keySpecsOf, (specs) => (specs.every(isEnough) ? 1 : 0));
  }

  /** True for commands that may have keys at all. */
  hasKeys(id: number): boolean {
    return (
      this.#finder(id) !== null || this.#table.keySpecsOf[id].some((spec) => (spec.flags & NOT_KEY) === 0)
    );
  }

  /**
   * Tells every key of a request, in order of the specifications.
   * @returns false when the arguments are malformed: then none was told
   */
  find(id: number, argv: Argv, found: KeyFound): boolean {
    const finder = this.#finder(id);
    if (finder !== null && this.#areSpecsEnough[id] === 0) {
      finder(argv, found);
      return true;
    }
    const specs = this.#table.keySpecsOf[id];
    this.#isCountOdd = false;
    for (const spec of specs) {
      if ((spec.flags & NOT_KEY) === 0 && this.#locate(spec, argv) === INVALID) return false;
    }
    for (const spec of specs) {
      if ((spec.flags & NOT_KEY) !== 0 || this.#locate(spec, argv) !== LOCATED) continue;
      const flags = this.#isCountOdd ? 0 : spec.flags;
      for (let index = this.#first; index <= this.#last; index += this.#step) found(index, flags);
    }
    return true;
  }

  #finder(id: number) {
    const declaration = this.#table.declarations[id];
    return ('keyFinder' in declaration && declaration.keyFinder) || null;
  }

  #locate(spec: KeySpec, argv: Argv): number {
    const begin = beginningOf(spec, argv);
    if (begin === 0) return ABSENT;
    const { find } = spec;
    if (begin < 0 || find.type === 'unknown') return INVALID;
    this.#first = begin;
    this.#step = find.step;
    if (find.type === 'range') {
      this.#last = lastOf(find, begin, argv.count);
    } else {
      const countIndex = begin + find.countAt;
      if (countIndex >= argv.count) return INVALID;
      let count = argv.safeInteger(countIndex);
      if (count >= 0) {
        // As a C int.
        count |= 0;
      } else {
        this.#isCountOdd = true;
        count = looseCountAt(argv, countIndex);
      }
      if (!(count >= 0)) return INVALID;
      this.#first = begin + find.firstKey;
      this.#last = this.#first + (count - 1) * find.step;
    }
    return this.#last >= this.#first && this.#last < argv.count ? LOCATED : INVALID;
  }
}

/** A count of keys that is no integer, as C's atoi reads it: as far as there are digits, and 32 bits of that. */
function looseCountAt(argv: Argv, index: number): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)/.exec(argv.latin1(index));
  if (digits === null) return 0;
  return Number(BigInt.asIntN(32, BigInt(digits[2])) * (digits[1] === '-' ? -1n : 1n));
}

function isEnough(spec: KeySpec): boolean {
  const isUnknown = spec.begin.type === 'unknown' || spec.find.type === 'unknown';
  return !isUnknown && (spec.flags & (INCOMPLETE_KEYS | VARIABLE_FLAGS)) === 0;
}

/** Where the search begins; 0 when its keyword isn't there, -1 when nobody can tell. */
function beginningOf({ begin }: KeySpec, argv: Argv): number {
  if (begin.type === 'index') return begin.index;
  if (begin.type === 'unknown') return -1;
  const { keyword, startFrom } = begin;
  if (startFrom > 0) {
    for (let index = startFrom; index < argv.count; index++) if (argv.is(index, keyword)) return index + 1;
  } else {
    for (let index = argv.count + startFrom; index > 0; index--)
      if (argv.is(index, keyword)) return index + 1;
  }
  return 0;
}

/** The last key of a range: counted from its first, or from the end of the request or of a part of it. */
function lastOf(
  { last, limit }: { readonly last: number; readonly limit: number },
  first: number,
  count: number,
): number {
  if (last >= 0) return first + last;
  return limit === 0 ? count + last : first + Math.floor((count - first) / limit) + last;
}
