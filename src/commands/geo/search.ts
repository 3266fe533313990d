/** Finds places within an area, and replies or stores them: what all searching commands run. */
import { type CompareTies, KeyedRows } from '../../base/keyed-rows.js';
import { TYPE_ZSET } from '../../engine/entry.js';
import { latitudeDistance } from '../../engine/types/geo/distance.js';
import { latitudeOf, longitudeOf, scoresOfCell } from '../../engine/types/geo/geohash.js';
import { cellsAround, distanceWithin, latitudeReach } from '../../engine/types/geo/search-area.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { DEL } from '../events.js';
import { Rows } from '../generic/sort-rows.js';
import { GEORADIUSSTORE, GEOSEARCHSTORE } from './events.js';
import { replyDistance, replyPosition } from './replies.js';
import { FROM_OPTIONS, parseSearch, type SearchCommand, type SearchRequest } from './search-request.js';

const NO_ORDER = new Uint32Array(0);
/** Places as far away as others stay as they were found. */
const inOrderFound: CompareTies = () => 0;

/** Places that were found, side by side: there may be very many. */
class Places {
  readonly members = new Rows();
  readonly scores: number[] = [];
  /** From the point that was asked for. */
  readonly metres: number[] = [];
  /** Which of them are told, in which order. */
  order: Uint32Array = NO_ORDER;
}

export function runSearch(command: SearchCommand, context: Context, argv: Argv, reply: Reply): void {
  const entry = context.read(argv, command.keyAt, TYPE_ZSET);
  const request = parseSearch(context, argv, command, entry);
  const places = entry === 0 ? new Places() : findPlaces(context, entry, request);
  if (request.storeAt > 0) store(command, context, argv, request, places, reply);
  else replyPlaces(request, places, reply);
}

/** The places in the area, in the order and number asked for. */
function findPlaces(context: Context, entry: number, request: SearchRequest): Places {
  const { isAny, count } = request;
  const places = new Places();
  for (const cell of cellsAround(request.shape)) {
    collect(context, entry, cell.score, cell.score + scoresOfCell(cell.steps), request, places);
    if (isAny && places.scores.length >= count) break;
  }
  // The nearest are meant when only some are asked for, unless any will do.
  const direction = request.order === 0 && count > 0 && !isAny ? 1 : request.order;
  const order = direction === 0 ? asFound(places) : byDistance(places, direction);
  places.order = count > 0 ? order.subarray(0, count) : order;
  return places;
}

function asFound({ metres }: Places): Uint32Array {
  const order = new Uint32Array(metres.length);
  for (let place = 0; place < metres.length; place++) order[place] = place;
  return order;
}

/** @param direction 1: the nearest first; −1: the farthest */
function byDistance({ metres }: Places, direction: number): Uint32Array {
  const order = new KeyedRows(metres.length);
  for (let place = 0; place < metres.length; place++) order.add(direction * metres[place], place);
  order.sort(inOrderFound);
  return order.rows;
}

/** Adds the places of one cell, which has the scores [from, to). */
function collect(
  context: Context,
  entry: number,
  from: number,
  to: number,
  request: SearchRequest,
  places: Places,
): void {
  const { sortedSets } = context;
  const { shape, isAny } = request;
  const rank = sortedSets.countBelow(entry, from, false);
  const count = sortedSets.countBelow(entry, to, false) - rank;
  if (count <= 0) return;
  const reach = latitudeReach(shape);
  const cursor = sortedSets.range(entry, rank, count, false);
  const { member } = cursor;
  while (cursor.next()) {
    const { score } = cursor;
    const latitude = latitudeOf(score);
    if (latitudeDistance(latitude, shape.latitude) > reach) continue;
    const metres = distanceWithin(shape, longitudeOf(score), latitude);
    if (Number.isNaN(metres)) continue;
    places.members.add(member.bytes, member.start, member.end);
    places.scores.push(score);
    places.metres.push(metres);
    if (isAny && places.scores.length >= request.count) return;
  }
}

function replyPlaces(request: SearchRequest, places: Places, reply: Reply): void {
  const { members, scores, metres, order } = places;
  const { withDistance, withHash, withPosition } = request;
  const details = Number(withDistance) + Number(withHash) + Number(withPosition);
  reply.array(order.length);
  for (const place of order) {
    const score = scores[place];
    if (details > 0) reply.array(details + 1);
    reply.bulk(members.bytes, members.start(place), members.end(place));
    if (withDistance) replyDistance(reply, metres[place] / request.shape.metresPerUnit);
    if (withHash) reply.bigInteger(BigInt(Math.trunc(score)));
    if (withPosition) replyPosition(reply, longitudeOf(score), latitudeOf(score));
  }
}

function store(
  command: SearchCommand,
  context: Context,
  argv: Argv,
  request: SearchRequest,
  { members, scores, metres, order }: Places,
  reply: Reply,
): void {
  const { db, sortedSets, temporaries } = context;
  const { bytes, starts, ends } = argv;
  const { storeAt, storesDistance, shape } = request;
  if (order.length > 0) {
    const { build } = sortedSets;
    build.begin();
    for (const place of order) {
      const score = storesDistance ? metres[place] / shape.metresPerUnit : scores[place];
      build.addNewSpan(score, members.bytes, members.start(place), members.end(place));
    }
    const result = build.end();
    sortedSets.compact(result);
    temporaries.publish(result, db, bytes, starts[storeAt], ends[storeAt]);
    const event = command.from === FROM_OPTIONS ? GEOSEARCHSTORE : GEORADIUSSTORE;
    context.changedMany(order.length, event, argv, storeAt);
  } else if (db.drop(bytes, starts[storeAt], ends[storeAt])) {
    context.changed(DEL, argv, storeAt);
  }
  reply.integer(order.length);
}
