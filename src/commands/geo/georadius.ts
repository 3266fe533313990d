/** GEORADIUS, GEORADIUSBYMEMBER and their read-only forms: what there was before GEOSEARCH. */
import {
  type Argument,
  double,
  foundBy,
  key,
  keyAt,
  keysAfter,
  oneOf,
  optional,
  shownAs,
  since,
  string,
  token,
  withToken,
} from '../arguments.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import { ACCESS, DENYOOM, OW, READONLY, RO, UPDATE, WRITE } from '../flags.js';
import { countOf, ORDER, UNIT, WITH_DETAILS } from './arguments.js';
import { runSearch } from './search.js';
import { FROM_COORDINATES, FROM_MEMBER } from './search-request.js';

const KEY = key('key', RO | ACCESS);
const ANY = token('ANY');
const STORE = optional(
  oneOf(
    'store',
    foundBy(1, shownAs('key', withToken('STORE', key('storekey', OW | UPDATE)))),
    foundBy(2, shownAs('key', withToken('STOREDIST', key('storedistkey', OW | UPDATE)))),
  ),
);

interface RadiusCommand {
  readonly name: string;
  readonly from: typeof FROM_COORDINATES | typeof FROM_MEMBER;
  readonly takesStore: boolean;
  readonly summary: string;
  readonly since: string;
  readonly any: Argument;
  readonly replacedBy: string;
  readonly history: NonNullable<CommandDeclaration['history']>;
}

function searching(command: RadiusCommand): CommandDeclaration {
  const { name, from, takesStore, summary, history, replacedBy } = command;
  const center = from === FROM_COORDINATES ? [double('longitude'), double('latitude')] : [string('member')];
  const search = { from, keyAt: 1, takesStore } as const;
  const firstOption = from === FROM_COORDINATES ? 6 : 5;
  return defineCommand({
    name,
    summary,
    group: 'geo',
    since: command.since,
    complexity:
      'O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.',
    flags: takesStore ? WRITE | DENYOOM : READONLY,
    args: [
      KEY,
      ...center,
      double('radius'),
      UNIT,
      ...WITH_DETAILS,
      countOf(command.any),
      ORDER,
      ...(takesStore ? [STORE] : []),
    ],
    keySpecs: [
      keyAt(1, RO | ACCESS),
      ...(takesStore
        ? [keysAfter('STORE', firstOption, OW | UPDATE), keysAfter('STOREDIST', firstOption, OW | UPDATE)]
        : []),
    ],
    history,
    deprecated: { since: '6.2.0', replacedBy },
    run: (context, argv, reply) => runSearch(search, context, argv, reply),
  });
}

const UPPERCASE_UNITS = ['7.0.0', 'Added support for uppercase unit names.'] as const;

export const georadius = searching({
  name: 'GEORADIUS',
  from: FROM_COORDINATES,
  takesStore: true,
  summary: 'Finds places within a distance of a position, and stores them if asked to.',
  since: '3.2.0',
  any: since('6.2.0', ANY),
  replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument',
  history: [['6.2.0', 'Added the `ANY` option for `COUNT`.'], UPPERCASE_UNITS],
});

export const georadiusReadOnly = searching({
  name: 'GEORADIUS_RO',
  from: FROM_COORDINATES,
  takesStore: false,
  summary: 'Finds places within a distance of a position.',
  since: '3.2.10',
  any: since('6.2.0', ANY),
  replacedBy: '`GEOSEARCH` with the `BYRADIUS` argument',
  history: [['6.2.0', 'Added the `ANY` option for `COUNT`.'], UPPERCASE_UNITS],
});

export const georadiusByMember = searching({
  name: 'GEORADIUSBYMEMBER',
  from: FROM_MEMBER,
  takesStore: true,
  summary: 'Finds places within a distance of another, and stores them if asked to.',
  since: '3.2.0',
  any: ANY,
  replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments',
  history: [['6.2.0', 'Added the `ANY` option for `COUNT`.'], UPPERCASE_UNITS],
});

export const georadiusByMemberReadOnly = searching({
  name: 'GEORADIUSBYMEMBER_RO',
  from: FROM_MEMBER,
  takesStore: false,
  summary: 'Finds places within a distance of another.',
  since: '3.2.10',
  any: ANY,
  replacedBy: '`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments',
  history: [['6.2.0', 'Added the `ANY` option for `COUNT`.'], UPPERCASE_UNITS],
});
