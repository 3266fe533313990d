/** SORT and SORT_RO: the elements of a list, set or sorted set in order, or what other keys hold for them. */
import { NONE } from '../../engine/arena.js';
import { TYPE_LIST, TYPE_SET, TYPE_ZSET, typeOf } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import {
  type Argument,
  block,
  foundBy,
  integer,
  type KeySpec,
  key,
  keyAt,
  manyWithToken,
  oneOf,
  optional,
  pattern,
  shownAs,
  token,
  unknownKeys,
  withToken,
} from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, type KeyFinder } from '../define.js';
import { WRONG_TYPE } from '../errors.js';
import { DEL } from '../events.js';
import {
  ACCESS,
  ACL_DANGEROUS,
  ACL_LIST,
  ACL_SET,
  ACL_SORTEDSET,
  DENYOOM,
  OW,
  READONLY,
  RO,
  UPDATE,
  WRITE,
} from '../flags.js';
import { SORTSTORE } from './events.js';
import { sortedOrder } from './sort-order.js';
import { SortRequest } from './sort-request.js';
import { Rows } from './sort-rows.js';

function lengthOf(context: Context, entry: number): number {
  switch (typeOf(context.arena, entry)) {
    case TYPE_SET:
      return context.sets.length(entry);
    case TYPE_LIST:
      return context.lists.length(entry);
    case TYPE_ZSET:
      return context.sortedSets.length(entry);
    default:
      throw WRONG_TYPE;
  }
}

/**
 * Copies `count` elements from the `first` on, counted from the end when the order is kept and DESC is asked for. Of
 * a set, which has no first, all are copied.
 */
function load(context: Context, entry: number, request: SortRequest, first: number, count: number): Rows {
  const rows = new Rows();
  const { arena, lists, sets, sortedSets } = context;
  const type = typeOf(arena, entry);
  const isBackwards = request.isUnsorted && request.isDescending;
  const from = isBackwards ? lengthOf(context, entry) - 1 - first : first;
  if (type === TYPE_SET) {
    const cursor = sets.all(entry);
    while (cursor.next()) rows.add(cursor.member.bytes, cursor.member.start, cursor.member.end);
  } else if (type === TYPE_LIST) {
    const cursor = lists.range(entry, from, count, isBackwards);
    while (cursor.next()) rows.add(cursor.value.bytes, cursor.value.start, cursor.value.end);
  } else {
    // Redis sorts no packed sorted set, and leaves it converted.
    sortedSets.expect(entry, Number.POSITIVE_INFINITY);
    const cursor = sortedSets.range(entry, from, count, isBackwards);
    while (cursor.next()) rows.add(cursor.member.bytes, cursor.member.start, cursor.member.end);
  }
  return rows;
}

/** The elements that are wanted, in their order. */
function select(context: Context, entry: number, request: SortRequest): Rows {
  const length = lengthOf(context, entry);
  const { start, end } = request.range(length);
  const isSet = typeOf(context.arena, entry) === TYPE_SET;
  if (request.isUnsorted && !isSet) return load(context, entry, request, start, end - start);
  const rows = load(context, entry, request, 0, length);
  const selected = new Rows();
  for (const row of sortedOrder(context, rows, request).subarray(start, end)) {
    selected.add(rows.bytes, rows.start(row), rows.end(row));
  }
  return selected;
}

function replyRows(context: Context, rows: Rows, request: SortRequest, reply: Reply): void {
  const { gets } = request;
  reply.array(rows.count * Math.max(1, gets.length));
  for (let row = 0; row < rows.count; row++) {
    if (gets.length === 0) reply.bulk(rows.bytes, rows.start(row), rows.end(row));
    for (const pattern of gets) {
      const found = pattern.find(context, rows.bytes, rows.start(row), rows.end(row));
      if (found === null) reply.null();
      else reply.bulk(found.bytes, found.start, found.end);
    }
  }
}

/** What GET finds for each row; nothing found is an empty string. */
function resolve(context: Context, rows: Rows, request: SortRequest): Rows {
  if (request.gets.length === 0) return rows;
  const resolved = new Rows();
  for (let row = 0; row < rows.count; row++) {
    for (const pattern of request.gets) {
      const found = pattern.find(context, rows.bytes, rows.start(row), rows.end(row));
      if (found === null) resolved.add(rows.bytes, 0, 0);
      else resolved.add(found.bytes, found.start, found.end);
    }
  }
  return resolved;
}

/** Stores rows as a list, or removes the key when there are none. */
function storeRows(context: Context, argv: Argv, index: number, rows: Rows): void {
  const { db, lists } = context;
  const { bytes, starts, ends } = argv;
  if (rows.count === 0) {
    if (db.drop(bytes, starts[index], ends[index])) context.changed(DEL, argv, index);
    return;
  }
  const entry = lists.overwrite(db, bytes, starts[index], ends[index]);
  // Like Redis: a large list first, which becomes a small one if it fits.
  lists.expect(entry, Number.POSITIVE_INFINITY, rows.count);
  for (let row = 0; row < rows.count; row++) {
    lists.push(entry, false, rows.bytes, rows.start(row), rows.end(row));
  }
  lists.settleLoaded(entry);
  context.changedMany(rows.count, SORTSTORE, argv, index);
}

function run(context: Context, argv: Argv, reply: Reply, mayStore: boolean): void {
  const request = new SortRequest(argv, mayStore, context.services.access);
  const entry = context.readAny(argv, 1);
  const isStored = request.storeIndex > 0;
  if (entry !== NONE && isStored && request.isUnsorted && typeOf(context.arena, entry) === TYPE_SET) {
    request.sortAnyway();
  }
  const rows = entry === NONE ? new Rows() : select(context, entry, request);
  if (!isStored) {
    replyRows(context, rows, request, reply);
    return;
  }
  const resolved = resolve(context, rows, request);
  storeRows(context, argv, request.storeIndex, resolved);
  reply.integer(resolved.count);
}

const options: readonly Argument[] = [
  optional(withToken('BY', foundBy(1, shownAs('pattern', pattern('by-pattern'))))),
  optional(withToken('LIMIT', block('limit', integer('offset'), integer('count')))),
  optional(manyWithToken('GET', foundBy(1, shownAs('pattern', pattern('get-pattern'))))),
  optional(oneOf('order', token('ASC'), token('DESC'))),
  optional(token('ALPHA', 'sorting')),
];

const keySpecs: readonly KeySpec[] = [
  keyAt(1, RO | ACCESS),
  {
    ...unknownKeys(RO | ACCESS),
    notes:
      "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort",
  },
];

/** Where the last STORE is, whose key counts. Words behind other options are none. */
const findKeys: KeyFinder = (argv, found) => {
  found(1, RO | ACCESS);
  let storeIndex = 0;
  for (let index = 2; index < argv.count - 1; index++) {
    if (argv.is(index, 'LIMIT')) index += 2;
    else if (argv.is(index, 'GET') || argv.is(index, 'BY')) index += 1;
    else if (argv.is(index, 'STORE')) storeIndex = index + 1;
  }
  if (storeIndex > 0) found(storeIndex, OW | UPDATE);
};

const complexity =
  'O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N).';
const acl = ACL_SET | ACL_SORTEDSET | ACL_LIST | ACL_DANGEROUS;

export const sort = defineCommand({
  name: 'SORT',
  summary: 'Sorts the elements of a list, a set or a sorted set, and stores them on request.',
  group: 'generic',
  since: '1.0.0',
  complexity,
  flags: WRITE | DENYOOM,
  args: [
    key('key', RO | ACCESS),
    ...options,
    optional(withToken('STORE', foundBy(2, key('destination', OW | UPDATE)))),
  ],
  keySpecs: [
    ...keySpecs,
    {
      ...unknownKeys(OW | UPDATE),
      notes:
        "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array",
    },
  ],
  keyFinder: findKeys,
  acl,
  isInGroupCategory: false,
  run: (context, argv, reply) => run(context, argv, reply, true),
});

export const sortRo = defineCommand({
  name: 'SORT_RO',
  summary: 'Sorts the elements of a list, a set or a sorted set.',
  group: 'generic',
  since: '7.0.0',
  complexity,
  flags: READONLY,
  args: [key('key', RO | ACCESS), ...options],
  keySpecs,
  keyFinder: (_argv, found) => found(1, RO | ACCESS),
  acl,
  isInGroupCategory: false,
  run: (context, argv, reply) => run(context, argv, reply, false),
});
