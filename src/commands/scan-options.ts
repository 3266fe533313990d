/** What SCAN, HSCAN, SSCAN and ZSCAN share: cursors, and the options MATCH, COUNT and TYPE. */
import { EMPTY_BYTES } from '../base/bytes.js';
import { globMatches } from '../base/glob.js';
import { TYPE_NAMES } from '../engine/entry.js';
import type { Argv } from './argv.js';
import { INVALID_CURSOR, SYNTAX_ERROR } from './errors.js';

const COUNT_DEFAULT = 10;
const STAR = 0x2a;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** Any type; or none that there is. */
const ANY_TYPE = -1;
const NO_TYPE = -2;

/**
 * The cursor in argument `index`: any text that strtoul takes for an unsigned 64-bit number. Only the low 32
 * bits mean something to us, as no table has more buckets.
 * @throws INVALID_CURSOR
 */
export function parseCursor(argv: Argv, index: number): number {
  const plain = argv.safeInteger(index);
  if (plain >= 0) return plain >>> 0;
  const text = argv.latin1(index);
  if (!/^([+-]?[0-9]+)?$/.test(text)) throw INVALID_CURSOR;
  const value = BigInt(text.replace(/^[+-]/, '') || '0');
  if (value > UINT64_MAX) throw INVALID_CURSOR;
  return Number(BigInt.asUintN(32, text.startsWith('-') ? -value : value));
}

/** One object serves every command: valid while its `argv` is. */
export class ScanOptions {
  /** How many elements to visit, about. */
  count = COUNT_DEFAULT;
  #pattern = EMPTY_BYTES;
  #patternStart = 0;
  #patternEnd = 0;
  #hasPattern = false;
  #type = ANY_TYPE;

  /**
   * @param first argument
   * @param takesType whether TYPE is among the options
   * @throws NOT_AN_INTEGER or SYNTAX_ERROR
   */
  parse(argv: Argv, first: number, takesType: boolean): void {
    this.count = COUNT_DEFAULT;
    this.#hasPattern = false;
    this.#type = ANY_TYPE;
    for (let index = first; index < argv.count; index += 2) {
      if (index + 1 === argv.count) throw SYNTAX_ERROR;
      if (argv.is(index, 'COUNT')) {
        this.count = argv.integer(index + 1);
        if (this.count < 1) throw SYNTAX_ERROR;
      } else if (argv.is(index, 'MATCH')) {
        this.#setPattern(argv, index + 1);
      } else if (takesType && argv.is(index, 'TYPE')) {
        this.#type = typeNamed(argv, index + 1);
      } else {
        throw SYNTAX_ERROR;
      }
    }
  }

  /** Only a pattern, in argument `index`. */
  parsePattern(argv: Argv, index: number): void {
    this.count = COUNT_DEFAULT;
    this.#type = ANY_TYPE;
    this.#setPattern(argv, index);
  }

  /** True when MATCH lets this key, or element, through. */
  matches(bytes: Buffer, start: number, end: number): boolean {
    if (!this.#hasPattern) return true;
    return globMatches(this.#pattern, this.#patternStart, this.#patternEnd, bytes, start, end);
  }

  /** True when TYPE lets a value of this type through. */
  takesType(type: number): boolean {
    return this.#type === ANY_TYPE || this.#type === type;
  }

  #setPattern(argv: Argv, index: number): void {
    const { bytes, starts, ends } = argv;
    this.#pattern = bytes;
    this.#patternStart = starts[index];
    this.#patternEnd = ends[index];
    // A single star lets everything through, the empty key too.
    this.#hasPattern = argv.byteLength(index) !== 1 || bytes[starts[index]] !== STAR;
  }
}

function typeNamed(argv: Argv, index: number): number {
  const type = TYPE_NAMES.findIndex((name) => argv.is(index, name.toUpperCase()));
  return type < 0 ? NO_TYPE : type;
}
