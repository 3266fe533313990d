/** What geo commands read from their arguments, and the shapes of those arguments. */
import { LATITUDE_MAX, LONGITUDE_MAX } from '../../engine/types/geo/geohash.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type Argument, block, integer, oneOf, optional, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';

const UNKNOWN_UNIT = new ReplyError('ERR unsupported unit provided. please use M, KM, FT, MI');

export const UNIT = oneOf('unit', token('M'), token('KM'), token('FT'), token('MI'));
export const ORDER = optional(oneOf('order', token('ASC'), token('DESC')));
export const WITH_DETAILS = [
  optional(token('WITHCOORD')),
  optional(token('WITHDIST')),
  optional(token('WITHHASH')),
];

export const countOf = (any: Argument): Argument =>
  optional(block('count-block', withToken('COUNT', integer('count')), optional(any)));

/** Metres in the unit that an argument names. */
export function unitAt(argv: Argv, index: number): number {
  if (argv.is(index, 'M')) return 1;
  if (argv.is(index, 'KM')) return 1000;
  if (argv.is(index, 'FT')) return 0.3048;
  if (argv.is(index, 'MI')) return 1609.34;
  throw UNKNOWN_UNIT;
}

/** C's `%f`. */
function formatFixed(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}

/** @throws unless a longitude and a latitude that the index can hold are in two arguments from `index` on */
export function checkPosition(argv: Argv, index: number): void {
  const longitude = argv.double(index);
  const latitude = argv.double(index + 1);
  if (Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX) return;
  const pair = `${formatFixed(longitude)},${formatFixed(latitude)}`;
  throw new ReplyError(`ERR invalid longitude,latitude pair ${pair}`);
}
