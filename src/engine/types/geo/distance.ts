/** Distances on a sphere, in metres, by the haversine formula. */

/** Source: redis.io/docs/latest/commands/geodist names the formula; the radius shows in its examples. */
export const EARTH_RADIUS_METRES = 6372797.560856;

const RADIANS_PER_DEGREE = Math.PI / 180;

export const toRadians = (degrees: number): number => degrees * RADIANS_PER_DEGREE;
export const toDegrees = (radians: number): number => radians / RADIANS_PER_DEGREE;

/** Along a meridian. */
export function latitudeDistance(fromLatitude: number, toLatitude: number): number {
  return EARTH_RADIUS_METRES * Math.abs(toRadians(toLatitude) - toRadians(fromLatitude));
}

export function distanceBetween(
  fromLongitude: number,
  fromLatitude: number,
  toLongitude: number,
  toLatitude: number,
): number {
  const v = Math.sin((toRadians(toLongitude) - toRadians(fromLongitude)) / 2);
  if (v === 0) return latitudeDistance(fromLatitude, toLatitude);
  const from = toRadians(fromLatitude);
  const to = toRadians(toLatitude);
  const u = Math.sin((to - from) / 2);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(u * u + Math.cos(from) * Math.cos(to) * v * v));
}
