/** GEOSEARCH and GEOSEARCHSTORE. */
import { block, double, key, oneOf, optional, string, token, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, UPDATE, WRITE } from '../flags.js';
import { countOf, ORDER, UNIT, WITH_DETAILS } from './arguments.js';
import { runSearch } from './search.js';
import { FROM_OPTIONS, type SearchCommand } from './search-request.js';

const COMPLEXITY =
  'O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape';

const AREA = [
  oneOf(
    'from',
    withToken('FROMMEMBER', string('member')),
    withToken('FROMLONLAT', block('fromlonlat', double('longitude'), double('latitude'))),
  ),
  oneOf(
    'by',
    block('circle', withToken('BYRADIUS', double('radius')), UNIT),
    block('box', withToken('BYBOX', double('width')), double('height'), UNIT),
  ),
  ORDER,
  countOf(token('ANY')),
];

const SEARCH: SearchCommand = { from: FROM_OPTIONS, keyAt: 1, takesStore: false };
const SEARCH_STORE: SearchCommand = { from: FROM_OPTIONS, keyAt: 2, takesStore: true };

export const geosearch = defineCommand({
  name: 'GEOSEARCH',
  summary: 'Finds places inside of a circle or a box.',
  group: 'geo',
  since: '6.2.0',
  complexity: COMPLEXITY,
  flags: READONLY,
  args: [key('key', RO | ACCESS), ...AREA, ...WITH_DETAILS],
  history: [['7.0.0', 'Added support for uppercase unit names.']],
  run: (context, argv, reply) => runSearch(SEARCH, context, argv, reply),
});

export const geosearchstore = defineCommand({
  name: 'GEOSEARCHSTORE',
  summary: 'Finds places inside of a circle or a box, and stores them in a key.',
  group: 'geo',
  since: '6.2.0',
  complexity: COMPLEXITY,
  flags: WRITE | DENYOOM,
  args: [key('destination', OW | UPDATE), key('source', RO | ACCESS), ...AREA, optional(token('STOREDIST'))],
  history: [['7.0.0', 'Added support for uppercase unit names.']],
  run: (context, argv, reply) => runSearch(SEARCH_STORE, context, argv, reply),
});
