import { all, either, type Family, maybe, type Piece, shape, times, word } from '../grammar.js';
import { count, float, key } from '../pieces.js';

/** Close together, so that searches find some; now and then out of range. */
const longitude: Piece = (dice) => [
  dice.oneIn(20) ? dice.pick([180, -180, 180.1, 'x']) : dice.between(-4000, 4000) / 100,
];
const latitude: Piece = (dice) => [
  dice.oneIn(20) ? dice.pick([85.06, -85.05, 90, 'x']) : dice.between(-4000, 4000) / 100,
];
const place: Piece = (dice) => [`p${dice.between(0, 20)}`];
const unit = word('m', 'km', 'ft', 'mi', 'KM', 'x');
const radius: Piece = (dice) => (dice.oneIn(15) ? float(dice) : [dice.between(0, 5000)]);
const from = either(all('FROMMEMBER', place), all('FROMLONLAT', longitude, latitude));
const by = either(all('BYRADIUS', radius, unit), all('BYBOX', radius, radius, unit));
const order = word('ASC', 'DESC');
const extras = times(0, 3, word('WITHCOORD', 'WITHDIST', 'WITHHASH'));
/** Without an order, those found first are the hash table's; with COUNT only sorted results are comparable. */
const limited = maybe(2, 'COUNT', count, maybe(3, 'ANY'));

export const geo: Family = {
  name: 'geo',
  shapes: [
    shape(8, 'GEOADD', key, maybe(4, word('NX', 'XX', 'CH')), times(1, 3, longitude, latitude, place)),
    shape(3, 'GEODIST', key, place, place, maybe(2, unit)),
    shape(3, 'GEOHASH', key, times(0, 3, place)),
    shape(3, 'GEOPOS', key, times(0, 3, place)),
    shape(6, 'GEOSEARCH', key, from, by, order, limited, extras),
    shape(2, 'GEOSEARCH', key, times(1, 3, either(from, by)), extras),
    shape(3, 'GEOSEARCHSTORE', key, key, from, by, order, limited, maybe(2, 'STOREDIST')),
    shape(2, 'GEORADIUS', key, longitude, latitude, radius, unit, order, limited, extras),
    shape(2, 'GEORADIUSBYMEMBER', key, place, radius, unit, order, limited, extras),
    shape(1, 'GEORADIUS_RO', key, longitude, latitude, radius, unit, order, limited),
    shape(1, 'GEORADIUSBYMEMBER_RO', key, place, radius, unit, order, limited),
    shape(1, 'ZSCORE', key, place),
  ],
};
