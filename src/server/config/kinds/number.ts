/**
 * Directives that are a number: an integer, an amount of memory, a share of it, or file permissions.
 *
 * The limits are Redis', up to 64 bits; they are compared exactly. The value is a plain number, which is
 * exact up to 2^53 and shows the upper limit itself above that.
 */
import { parseBigInteger } from '../../../base/bytes.js';
import { type Directive, singleValue, type Traits } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

export const INT_MAX = 2 ** 31 - 1;
export const INT_MIN = -(2 ** 31);
export const UINT_MAX = 2 ** 32 - 1;
/** C's LONG_MAX, LLONG_MAX and SSIZE_MAX. */
export const LONG_MAX = 2n ** 63n - 1n;
/** C's ULLONG_MAX. */
export const ULONG_MAX = 2n ** 64n - 1n;

const UNIT_BYTES: ReadonlyMap<string, bigint> = new Map([
  ['', 1n],
  ['b', 1n],
  ['k', 1000n],
  ['kb', 1024n],
  ['m', 1000n ** 2n],
  ['mb', 1024n ** 2n],
  ['g', 1000n ** 3n],
  ['gb', 1024n ** 3n],
]);

export interface Range {
  readonly min: number | bigint;
  readonly max: number | bigint;
}

export function integer(initial: number, range: Range, traits: Traits = {}): Directive<number> {
  return singleValue(
    initial,
    traits,
    (text) => {
      const bytes = Buffer.from(text, 'latin1');
      const value = parseBigInteger(bytes, 0, bytes.length);
      return inRange(value ?? mistake("argument couldn't be parsed into an integer"), range);
    },
    (value) => formatNumber(value, range),
  );
}

/** Bytes, with units: 1k is 1000, 1kb is 1024, and so on up to gb. */
export function memory(initial: number, range: Range, traits: Traits = {}): Directive<number> {
  return {
    ...singleValue(
      initial,
      traits,
      (text) => inRange(parseMemory(text) ?? mistake('argument must be a memory value'), range),
      (value) => formatNumber(value, range),
    ),
    lines: (value) => [formatMemory(value)],
  };
}

/** Bytes, or a share of maxmemory. A share is kept as its negative: 10% is -10. */
export function memoryOrPercent(initial: number, range: Range, traits: Traits = {}): Directive<number> {
  const parse = (text: string): number => {
    const percent = /^([0-9]{1,18})%$/.exec(text);
    if (percent === null) {
      return inRange(parseMemory(text) ?? mistake('argument must be a memory or percent value'), range);
    }
    const most = -Number(range.min);
    if (Number(percent[1]) > most) mistake(`percentage argument must be less or equal to ${most}`);
    return -Number(percent[1]);
  };
  const format = (value: number): string => (value < 0 ? `${-value}%` : formatNumber(value, range));
  return {
    ...singleValue(initial, traits, parse, format),
    lines: (value) => [value < 0 ? format(value) : formatMemory(value)],
  };
}

/** File permissions, written in base 8. */
export function octal(initial: number, max: number, traits: Traits = {}): Directive<number> {
  return singleValue(
    initial,
    traits,
    (text) => {
      if (!/^[0-7]+$/.test(text)) mistake("argument couldn't be parsed as an octal number");
      const value = Number.parseInt(text, 8);
      if (value > max) mistake(`argument must be between 0 and ${max.toString(8)} inclusive`);
      return value;
    },
    (value) => value.toString(8),
  );
}

/** @returns bytes, or null when it is no amount of memory */
export function parseMemory(text: string): bigint | null {
  const parts = /^([0-9]*)([a-z]*)$/i.exec(text);
  const unit = UNIT_BYTES.get(parts?.[2].toLowerCase() ?? '?');
  if (parts === null || unit === undefined) return null;
  const bytes = BigInt(parts[1]) * unit;
  return bytes < ULONG_MAX ? bytes : ULONG_MAX;
}

/** In the largest unit that divides it. */
export function formatMemory(bytes: number): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    const unitBytes = Number(UNIT_BYTES.get(unit));
    if (bytes !== 0 && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  }
  return String(BigInt(bytes));
}

function inRange(value: bigint, { min, max }: Range): number {
  if (value < min || value > max) mistake(`argument must be between ${min} and ${max} inclusive`);
  return Number(value);
}

function formatNumber(value: number, { max }: Range): string {
  return value >= Number(max) ? String(max) : String(BigInt(value));
}

function mistake(reason: string): never {
  throw new ConfigMistake(reason);
}
