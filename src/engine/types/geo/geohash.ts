/**
 * Positions as whole numbers: the world is halved 26 times in each direction, and the bits of the two cell
 * numbers are interleaved, latitude lowest. The 52 bits fit a sorted set's score, and cells near each other
 * mostly have scores near each other.
 *
 *     score    … lon₁ lat₁ lon₀ lat₀
 *
 * Source: redis.io/docs/latest/commands/geoadd; G. M. Morton (1966). Latitudes end where EPSG:3857's do.
 */

export const LONGITUDE_MAX = 180;
export const LATITUDE_MAX = 85.05112878;
/** Halvings in each direction that a score holds. */
export const STEPS_MAX = 26;
const CELLS = 2 ** STEPS_MAX;

const HALF_WORD = 2 ** 32;
const STANDARD_LATITUDE_MAX = 90;
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';

const SCORES_OF_CELL = Array.from({ length: STEPS_MAX + 1 }, (_, steps) => 4 ** (STEPS_MAX - steps));

/** How many scores a cell spans. */
export const scoresOfCell = (steps: number): number => SCORES_OF_CELL[steps];

/** The number of the cell in which a coordinate within ±max is, of 2^steps cells; 2^steps at the very end. */
export function cellOf(coordinate: number, max: number, steps: number): number {
  return Math.floor(((coordinate + max) / (max + max)) * (1 << steps));
}

/** Where a cell begins; the next begins where it ends. */
export function cellStart(cell: number, max: number, steps: number): number {
  return -max + (cell / (1 << steps)) * (max + max);
}

/** The 16 low bits, with a zero before each. */
function spread(bits: number): number {
  let word = bits & 0xffff;
  word = (word | (word << 8)) & 0x00ff00ff;
  word = (word | (word << 4)) & 0x0f0f0f0f;
  word = (word | (word << 2)) & 0x33333333;
  return (word | (word << 1)) & 0x55555555;
}

/** Every second bit, from the lowest on: the inverse of `spread`. */
function gather(bits: number): number {
  let word = bits & 0x55555555;
  word = (word | (word >>> 1)) & 0x33333333;
  word = (word | (word >>> 2)) & 0x0f0f0f0f;
  word = (word | (word >>> 4)) & 0x00ff00ff;
  return (word | (word >>> 8)) & 0xffff;
}

const interleave16 = (even: number, odd: number): number => (spread(even) | (spread(odd) << 1)) >>> 0;

/** The score at which a cell begins, as the 52 bits of its numbers. */
export function scoreOfCell(longitudeCell: number, latitudeCell: number, steps: number): number {
  const high = interleave16(latitudeCell >>> 16, longitudeCell >>> 16);
  const low = interleave16(latitudeCell, longitudeCell);
  return (high * HALF_WORD + low) * scoresOfCell(steps);
}

/** The score of a position. */
export function scoreOfPosition(longitude: number, latitude: number): number {
  const longitudeCell = cellOf(longitude, LONGITUDE_MAX, STEPS_MAX);
  return scoreOfCell(longitudeCell, cellOf(latitude, LATITUDE_MAX, STEPS_MAX), STEPS_MAX);
}

const clamp = (value: number, max: number): number => Math.min(max, Math.max(-max, value));

/** The middle of a cell of 26 halvings: as `cellStart` says, without a power and a remainder for each of many places. */
function middleOf(cell: number, max: number): number {
  const end = cell === HALF_WORD - 1 ? 0 : cell + 1;
  const width = max + max;
  return clamp((-max + (cell / CELLS) * width + (-max + (end / CELLS) * width)) / 2, max);
}

/** A score's high and low word, as the conversion to 64 bits without a sign has them on x86-64. */
function wordOf(score: number, isHigh: boolean): number {
  // A remainder would take longer than this conversion, which is modulo 2^32.
  if (score >= 0 && score <= Number.MAX_SAFE_INTEGER) return isHigh ? score / HALF_WORD : score >>> 0;
  if (score >= 2 ** 64) return 0;
  if (score < -(2 ** 63)) return isHigh ? 0x8000_0000 : 0;
  const bits = BigInt.asUintN(64, BigInt(Math.trunc(score)));
  return Number(isHigh ? bits >> 32n : bits & 0xffff_ffffn);
}

function cellAt(score: number, shift: number): number {
  const low = gather(wordOf(score, false) >>> shift);
  return ((gather(wordOf(score, true) >>> shift) << 16) | low) >>> 0;
}

/** The longitude in the middle of the cell that a score names; any score names one. */
export const longitudeOf = (score: number): number => middleOf(cellAt(score, 1), LONGITUDE_MAX);
export const latitudeOf = (score: number): number => middleOf(cellAt(score, 0), LATITUDE_MAX);

/** The 11 characters that others call a geohash: there latitudes go up to 90, and the last is always 0. */
export function standardGeohash(score: number): string {
  const longitudeCell = cellOf(longitudeOf(score), LONGITUDE_MAX, STEPS_MAX);
  const latitudeCell = cellOf(latitudeOf(score), STANDARD_LATITUDE_MAX, STEPS_MAX);
  const bits = scoreOfCell(longitudeCell, latitudeCell, STEPS_MAX);
  // Of the 52 bits the high word has the first four characters, and the low word six, and two bits that none has.
  const high = bits / HALF_WORD;
  const low = bits >>> 0;
  let text = '';
  for (let shift = 15; shift >= 0; shift -= 5) text += ALPHABET[(high >>> shift) & 31];
  for (let shift = 27; shift > 0; shift -= 5) text += ALPHABET[(low >>> shift) & 31];
  return `${text}0`;
}
