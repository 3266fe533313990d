/** Finds places within an area, and replies or stores them: what all searching commands run. */
import { type CompareTies, KeyedRows } from '../../base/keyed-rows.js';
import { TYPE_ZSET } from '../../engine/entry.js';
import type { ValueView } from '../../engine/packed/value-view.js';
import { latitudeDistance } from '../../engine/types/geo/distance.js';
import { latitudeOf, longitudeOf, scoresOfCell } from '../../engine/types/geo/geohash.js';
import {
  type Cell,
  cellsAround,
  degreesBetween,
  distanceWithin,
  latitudeReach,
  longitudeReach,
} from '../../engine/types/geo/search-area.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { DEL } from '../events.js';
import { Rows } from '../generic/sort-rows.js';
import { GEORADIUSSTORE, GEOSEARCHSTORE } from './events.js';
import { replyDistance, replyPosition } from './replies.js';
import { FROM_OPTIONS, parseSearch, type SearchCommand, type SearchRequest } from './search-request.js';

/** Places as far away as others stay as they were found. */
const inOrderFound: CompareTies = () => 0;

/** Scratch of one search. */
const order = new KeyedRows();

/** Places that were found, side by side: there may be very many. */
class Places {
  readonly members = new Rows();
  readonly scores: number[] = [];
  /** How many of them are told. */
  count = 0;

  /** @param direction −1 when the farthest comes first, otherwise 1 */
  constructor(readonly direction: 1 | -1) {
    order.clear();
  }

  add({ bytes, start, end }: ValueView, score: number, metres: number): void {
    order.add(this.direction * metres, this.scores.length);
    this.members.add(bytes, start, end);
    this.scores.push(score);
  }

  /** The number of the index-th that is told. */
  at(index: number): number {
    return order.rows[index];
  }

  /** How far the index-th that is told is from the point that was asked for. */
  metresAt(index: number): number {
    return this.direction * order.keys[index];
  }
}

export function runSearch(command: SearchCommand, context: Context, argv: Argv, reply: Reply): void {
  const entry = context.read(argv, command.keyAt, TYPE_ZSET);
  const request = parseSearch(context, argv, command, entry);
  const places = findPlaces(context, entry, request);
  if (request.storeAt > 0) store(command, context, argv, request, places, reply);
  else replyPlaces(request, places, reply);
}

/** The places in the area, in the order and number asked for. @param entry 0: there are none */
function findPlaces(context: Context, entry: number, request: SearchRequest): Places {
  const { isAny, count, shape } = request;
  const places = new Places(request.order < 0 ? -1 : 1);
  if (entry === 0) return places;
  const metresReach = latitudeReach(shape);
  const degreesReach = longitudeReach(shape);
  for (const cell of cellsAround(shape)) {
    collect(context, entry, cell, metresReach, degreesReach, request, places);
    if (isAny && places.scores.length >= count) break;
  }
  const found = places.scores.length;
  places.count = count > 0 ? Math.min(count, found) : found;
  // The nearest are meant when only some are asked for, unless any will do.
  if (request.order !== 0 || (count > 0 && !isAny)) order.sort(inOrderFound);
  return places;
}

/** Adds the places of one cell. */
function collect(
  { sortedSets }: Context,
  entry: number,
  { score: from, steps }: Cell,
  metresReach: number,
  degreesReach: number,
  { shape, isAny, count }: SearchRequest,
  places: Places,
): void {
  const to = from + scoresOfCell(steps);
  const rank = sortedSets.countBelow(entry, from, false);
  const cursor = sortedSets.range(entry, rank, sortedSets.length(entry) - rank, false);
  while (cursor.next()) {
    const { score } = cursor;
    if (score >= to) return;
    const latitude = latitudeOf(score);
    if (latitudeDistance(latitude, shape.latitude) > metresReach) continue;
    const longitude = longitudeOf(score);
    if (degreesBetween(longitude, shape.longitude) > degreesReach) continue;
    const metres = distanceWithin(shape, longitude, latitude);
    if (Number.isNaN(metres)) continue;
    places.add(cursor.member, score, metres);
    if (isAny && places.scores.length >= count) return;
  }
}

function replyPlaces(request: SearchRequest, places: Places, reply: Reply): void {
  const { members, scores, count } = places;
  const { withDistance, withHash, withPosition } = request;
  const details = Number(withDistance) + Number(withHash) + Number(withPosition);
  reply.array(count);
  for (let index = 0; index < count; index++) {
    const place = places.at(index);
    const score = scores[place];
    if (details > 0) reply.array(details + 1);
    reply.bulk(members.bytes, members.start(place), members.end(place));
    if (withDistance) replyDistance(reply, places.metresAt(index) / request.shape.metresPerUnit);
    if (withHash) reply.bigInteger(BigInt(Math.trunc(score)));
    if (withPosition) replyPosition(reply, longitudeOf(score), latitudeOf(score));
  }
}

function store(
  command: SearchCommand,
  context: Context,
  argv: Argv,
  request: SearchRequest,
  places: Places,
  reply: Reply,
): void {
  const { db, sortedSets, temporaries } = context;
  const { bytes, starts, ends } = argv;
  const { storeAt, storesDistance, shape } = request;
  const { members, scores, count } = places;
  if (count > 0) {
    const { build } = sortedSets;
    build.begin();
    for (let index = 0; index < count; index++) {
      const place = places.at(index);
      const score = storesDistance ? places.metresAt(index) / shape.metresPerUnit : scores[place];
      build.addNewSpan(score, members.bytes, members.start(place), members.end(place));
    }
    const result = build.endCompact();
    temporaries.publish(result, db, bytes, starts[storeAt], ends[storeAt]);
    const event = command.from === FROM_OPTIONS ? GEOSEARCHSTORE : GEORADIUSSTORE;
    context.changedMany(count, event, argv, storeAt);
  } else if (db.drop(bytes, starts[storeAt], ends[storeAt])) {
    context.changed(DEL, argv, storeAt);
  }
  reply.integer(count);
}
