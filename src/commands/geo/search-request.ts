/** The arguments of GEOSEARCH, GEORADIUS and their relatives, in one form. */

import { latitudeOf, longitudeOf } from '../../engine/types/geo/geohash.js';
import type { Shape } from '../../engine/types/geo/search-area.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { SYNTAX_ERROR } from '../errors.js';
import { checkPosition, unitAt } from './arguments.js';

const RADIUS_NOT_NUMERIC = new ReplyError('ERR need numeric radius');
const RADIUS_NEGATIVE = new ReplyError('ERR radius cannot be negative');
const WIDTH_NOT_NUMERIC = new ReplyError('ERR need numeric width');
const HEIGHT_NOT_NUMERIC = new ReplyError('ERR need numeric height');
const BOX_NEGATIVE = new ReplyError('ERR height or width cannot be negative');
const NO_SUCH_MEMBER = new ReplyError('ERR could not decode requested zset member');
const COUNT_NOT_POSITIVE = new ReplyError('ERR COUNT must be > 0');
const ANY_WITHOUT_COUNT = new ReplyError('ERR the ANY argument requires COUNT argument');
const STORE_WITH_DETAILS = new ReplyError(
  'ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options',
);
const SEARCH_STORE_WITH_DETAILS = new ReplyError(
  'ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options',
);

/** How a command says where to search. */
export const FROM_OPTIONS = 0;
export const FROM_COORDINATES = 1;
export const FROM_MEMBER = 2;

export interface SearchCommand {
  readonly from: typeof FROM_OPTIONS | typeof FROM_COORDINATES | typeof FROM_MEMBER;
  /** Argument with the key that is searched; one before it, the destination. */
  readonly keyAt: 1 | 2;
  readonly takesStore: boolean;
}

export class SearchRequest {
  readonly shape: Shape = {
    longitude: 0,
    latitude: 0,
    isBox: false,
    radius: 0,
    width: 0,
    height: 0,
    metresPerUnit: 1,
  };
  withDistance = false;
  withHash = false;
  withPosition = false;
  /** 1 the nearest first, −1 the farthest, 0 as found. */
  order = 0;
  /** 0: all. */
  count = 0;
  /** The first that are found will do. */
  isAny = false;
  /** Argument with the destination; 0: the result is replied. */
  storeAt = 0;
  storesDistance = false;

  hasMember = false;
  hasPosition = false;
  hasRadius = false;
  hasBox = false;
}

function readPosition(argv: Argv, index: number, shape: Shape): void {
  checkPosition(argv, index);
  shape.longitude = argv.double(index);
  shape.latitude = argv.double(index + 1);
}

function readMember(context: Context, argv: Argv, index: number, entry: number, shape: Shape): void {
  const score = context.sortedSets.score(entry, argv.bytes, argv.starts[index], argv.ends[index]);
  if (Number.isNaN(score)) throw NO_SUCH_MEMBER;
  shape.longitude = longitudeOf(score);
  shape.latitude = latitudeOf(score);
}

function readRadius(argv: Argv, index: number, shape: Shape): void {
  shape.radius = argv.double(index, RADIUS_NOT_NUMERIC);
  if (shape.radius < 0) throw RADIUS_NEGATIVE;
  shape.metresPerUnit = unitAt(argv, index + 1);
}

function readBox(argv: Argv, index: number, shape: Shape): void {
  shape.width = argv.double(index, WIDTH_NOT_NUMERIC);
  shape.height = argv.double(index + 1, HEIGHT_NOT_NUMERIC);
  if (shape.width < 0 || shape.height < 0) throw BOX_NEGATIVE;
  shape.metresPerUnit = unitAt(argv, index + 2);
  shape.isBox = true;
}

/** @param entry of the key searched, or 0: then members can't be looked up, and all else is checked */
export function parseSearch(
  context: Context,
  argv: Argv,
  command: SearchCommand,
  entry: number,
): SearchRequest {
  const request = new SearchRequest();
  const { shape } = request;
  let first = command.keyAt + 1;
  if (command.from === FROM_COORDINATES) {
    readPosition(argv, 2, shape);
    readRadius(argv, 4, shape);
    first = 6;
  } else if (command.from === FROM_MEMBER) {
    if (entry !== 0) {
      readMember(context, argv, 2, entry, shape);
      readRadius(argv, 3, shape);
    }
    first = 5;
  } else if (command.keyAt === 2) {
    request.storeAt = 1;
  }
  for (let index = first; index < argv.count; index++) {
    const taken = parseDetail(argv, index, request);
    if (taken >= 0) index += taken;
    else if (command.from === FROM_OPTIONS) index += parseArea(context, argv, index, command, entry, request);
    else index += parseStore(argv, index, command, request);
  }
  check(argv, command, request);
  return request;
}

/** Options that all commands take. @returns words after the option's own; −1 for another word */
function parseDetail(argv: Argv, index: number, request: SearchRequest): number {
  if (argv.is(index, 'WITHDIST')) request.withDistance = true;
  else if (argv.is(index, 'WITHHASH')) request.withHash = true;
  else if (argv.is(index, 'WITHCOORD')) request.withPosition = true;
  else if (argv.is(index, 'ANY')) request.isAny = true;
  else if (argv.is(index, 'ASC')) request.order = 1;
  else if (argv.is(index, 'DESC')) request.order = -1;
  else if (argv.is(index, 'COUNT') && index + 1 < argv.count) {
    request.count = argv.integer(index + 1);
    if (request.count <= 0) throw COUNT_NOT_POSITIVE;
    return 1;
  } else return -1;
  return 0;
}

/** GEORADIUS' own. @returns words after the option's own */
function parseStore(argv: Argv, index: number, command: SearchCommand, request: SearchRequest): number {
  const storesDistance = argv.is(index, 'STOREDIST');
  const isStore = storesDistance || argv.is(index, 'STORE');
  if (!command.takesStore || !isStore || index + 1 >= argv.count) throw SYNTAX_ERROR;
  request.storeAt = index + 1;
  request.storesDistance = storesDistance;
  return 1;
}

/** GEOSEARCH's own. @returns words after the option's own */
function parseArea(
  context: Context,
  argv: Argv,
  index: number,
  command: SearchCommand,
  entry: number,
  request: SearchRequest,
): number {
  const { shape } = request;
  const following = argv.count - index - 1;
  if (following >= 1 && !request.hasPosition && argv.is(index, 'FROMMEMBER')) {
    if (entry !== 0) readMember(context, argv, index + 1, entry, shape);
    request.hasMember = true;
    return 1;
  }
  if (following >= 2 && !request.hasMember && argv.is(index, 'FROMLONLAT')) {
    readPosition(argv, index + 1, shape);
    request.hasPosition = true;
    return 2;
  }
  if (following >= 2 && !request.hasBox && argv.is(index, 'BYRADIUS')) {
    readRadius(argv, index + 1, shape);
    request.hasRadius = true;
    return 2;
  }
  if (following >= 3 && !request.hasRadius && argv.is(index, 'BYBOX')) {
    readBox(argv, index + 1, shape);
    request.hasBox = true;
    return 3;
  }
  if (command.takesStore && argv.is(index, 'STOREDIST')) {
    request.storesDistance = true;
    return 0;
  }
  throw SYNTAX_ERROR;
}

function check(argv: Argv, command: SearchCommand, request: SearchRequest): void {
  const isSearch = command.from === FROM_OPTIONS;
  if (request.storeAt > 0 && (request.withDistance || request.withHash || request.withPosition)) {
    throw isSearch ? SEARCH_STORE_WITH_DETAILS : STORE_WITH_DETAILS;
  }
  if (isSearch && !request.hasMember && !request.hasPosition) {
    const name = argv.shown(0);
    throw new ReplyError(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`);
  }
  if (isSearch && !request.hasRadius && !request.hasBox) {
    throw new ReplyError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${argv.shown(0)}`);
  }
  if (request.isAny && request.count === 0) throw ANY_WITHOUT_COUNT;
}
