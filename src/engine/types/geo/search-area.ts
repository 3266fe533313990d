/**
 * The cells in which the places near a point are: the one that holds the point, of a size about that of the
 * area searched, and its eight neighbours as far as the area reaches them. Each is one range of scores.
 *
 * Which cells are looked at shows: an area that reaches around a pole or across the date line is searched
 * only as far as Redis does it.
 */
import { distanceBetween, EARTH_RADIUS_METRES, latitudeDistance, toDegrees, toRadians } from './distance.js';
import { cellOf, cellStart, LATITUDE_MAX, LONGITUDE_MAX, STEPS_MAX, scoreOfCell } from './geohash.js';

/** Half the circumference at the equator, in metres. */
const MERCATOR_MAX = 20037726.37;

/** More than what a distance is wrong by: next to the antipodes a few parts in 10^8. */
const ROUNDING = 1e-6;
/** The same of the degrees between two positions that are next to each other. */
const ROUNDING_DEGREES = 1e-9;
/** Cosines of latitudes so near to a pole are not told from 0. */
const POLE = 1e-6;

/** What is searched: a circle, or a box (`radius` is 0 then). Lengths are in the client's unit. */
export interface Shape {
  longitude: number;
  latitude: number;
  isBox: boolean;
  radius: number;
  width: number;
  height: number;
  metresPerUnit: number;
}

/** The least score of a cell, and how many halvings made it. */
export interface Cell {
  readonly score: number;
  readonly steps: number;
}

interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Metres from the shape's point to a position within it; NaN when the position is outside. */
export function distanceWithin(shape: Shape, longitude: number, latitude: number): number {
  const { metresPerUnit } = shape;
  if (shape.isBox) {
    if (latitudeDistance(latitude, shape.latitude) > (shape.height * metresPerUnit) / 2) return Number.NaN;
    const across = distanceBetween(longitude, latitude, shape.longitude, latitude);
    if (across > (shape.width * metresPerUnit) / 2) return Number.NaN;
    return distanceBetween(shape.longitude, shape.latitude, longitude, latitude);
  }
  const distance = distanceBetween(shape.longitude, shape.latitude, longitude, latitude);
  return distance > shape.radius * metresPerUnit ? Number.NaN : distance;
}

/** Metres along a meridian beyond which nothing is within a shape, whatever was rounded. */
export function latitudeReach({ isBox, height, radius, metresPerUnit }: Shape): number {
  return (isBox ? height / 2 : radius) * metresPerUnit * (1 + ROUNDING);
}

/**
 * Degrees of longitude beyond which nothing is that is within `latitudeReach` and the shape, whatever was rounded; infinite where that
 * can't be told. It takes a position's longitude for no further away than on the shortest parallel that the shape reaches.
 */
export function longitudeReach(shape: Shape): number {
  const { isBox, width, radius, metresPerUnit } = shape;
  const latitude = toRadians(Math.abs(shape.latitude));
  const aside = ((isBox ? width / 2 : radius) * metresPerUnit * (1 + ROUNDING)) / EARTH_RADIUS_METRES;
  const northmost = latitude + latitudeReach(shape) / EARTH_RADIUS_METRES;
  const shortest = Math.cos(northmost);
  if (aside >= Math.PI || northmost >= Math.PI / 2 || shortest < POLE) return Number.POSITIVE_INFINITY;
  // A box ends at a distance along a parallel, a circle at one from its middle.
  const sine = Math.sin(aside / 2) / (isBox ? shortest : Math.sqrt(Math.cos(latitude) * shortest));
  if (sine >= 1) return Number.POSITIVE_INFINITY;
  return toDegrees(2 * Math.asin(sine)) * (1 + ROUNDING) + ROUNDING_DEGREES;
}

/** Degrees between two longitudes, the shorter way around. */
export function degreesBetween(longitude: number, other: number): number {
  const degrees = Math.abs(longitude - other);
  return Math.min(degrees, 360 - degrees);
}

function boundsOf(shape: Shape): Bounds {
  const { longitude, latitude, metresPerUnit } = shape;
  const height = metresPerUnit * (shape.isBox ? shape.height / 2 : shape.radius);
  const width = metresPerUnit * (shape.isBox ? shape.width / 2 : shape.radius);
  const up = toDegrees(height / EARTH_RADIUS_METRES);
  // The side nearer to the pole is the one that spans more degrees.
  const widest = latitude < 0 ? latitude - up : latitude + up;
  const aside = toDegrees(width / EARTH_RADIUS_METRES / Math.cos(toRadians(widest)));
  return { west: longitude - aside, south: latitude - up, east: longitude + aside, north: latitude + up };
}

/** How many halvings leave cells of about the area's size. */
function stepsFor(radiusMetres: number, latitude: number): number {
  if (radiusMetres === 0) return STEPS_MAX;
  let steps = -1;
  for (let metres = radiusMetres; metres < MERCATOR_MAX; metres *= 2) steps++;
  // Cells are narrower towards the poles.
  if (Math.abs(latitude) > 66) steps--;
  if (Math.abs(latitude) > 80) steps--;
  return Math.min(STEPS_MAX, Math.max(1, steps));
}

/** A cell beside another: the world goes around. */
const beside = (cell: number, move: number, steps: number): number => {
  if (move === 0) return cell;
  return (cell + move + (1 << steps)) & ((1 << steps) - 1);
};

/** True when the nine cells end before the area does. */
function isTooSmall(longitudeCell: number, latitudeCell: number, steps: number, bounds: Bounds): boolean {
  const start = (cell: number, max: number): number => cellStart(cell, max, steps);
  return (
    start(beside(latitudeCell, 1, steps) + 1, LATITUDE_MAX) < bounds.north ||
    start(beside(latitudeCell, -1, steps), LATITUDE_MAX) > bounds.south ||
    start(beside(longitudeCell, 1, steps) + 1, LONGITUDE_MAX) < bounds.east ||
    start(beside(longitudeCell, -1, steps), LONGITUDE_MAX) > bounds.west
  );
}

/** Moves to the neighbours, in the order in which they are searched: the order of results that aren't sorted. */
const NEIGHBOURS: readonly (readonly [east: number, north: number])[] = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
];

/** The cells to search, none twice. */
export function cellsAround(shape: Shape): Cell[] {
  const { longitude, latitude } = shape;
  const bounds = boundsOf(shape);
  const radius = shape.isBox ? Math.sqrt((shape.width / 2) ** 2 + (shape.height / 2) ** 2) : shape.radius;
  let steps = stepsFor(radius * shape.metresPerUnit, latitude);
  let longitudeCell = cellOf(longitude, LONGITUDE_MAX, steps);
  let latitudeCell = cellOf(latitude, LATITUDE_MAX, steps);
  if (steps > 1 && isTooSmall(longitudeCell, latitudeCell, steps, bounds)) {
    steps--;
    longitudeCell = cellOf(longitude, LONGITUDE_MAX, steps);
    latitudeCell = cellOf(latitude, LATITUDE_MAX, steps);
  }
  // With two cells in each direction, the one on the other side is the same.
  const skips = steps >= 2;
  const skipsSouth = skips && cellStart(latitudeCell, LATITUDE_MAX, steps) < bounds.south;
  const skipsNorth = skips && cellStart(latitudeCell + 1, LATITUDE_MAX, steps) > bounds.north;
  const skipsWest = skips && cellStart(longitudeCell, LONGITUDE_MAX, steps) < bounds.west;
  const skipsEast = skips && cellStart(longitudeCell + 1, LONGITUDE_MAX, steps) > bounds.east;
  const cells: Cell[] = [];
  for (const [east, north] of NEIGHBOURS) {
    if ((skipsSouth && north < 0) || (skipsNorth && north > 0)) continue;
    if ((skipsWest && east < 0) || (skipsEast && east > 0)) continue;
    const score = scoreOfCell(beside(longitudeCell, east, steps), beside(latitudeCell, north, steps), steps);
    if (cells.length > 0 && cells[cells.length - 1].score === score) continue;
    cells.push({ score, steps });
  }
  return cells;
}
