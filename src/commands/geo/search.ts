/** Finds places within an area, and replies or stores them: what all searching commands run. */
import { TYPE_ZSET } from '../../engine/entry.js';
import { latitudeOf, longitudeOf, scoresOfCell } from '../../engine/types/geo/geohash.js';
import { cellsAround, distanceWithin } from '../../engine/types/geo/search-area.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { DEL } from '../events.js';
import { GEORADIUSSTORE, GEOSEARCHSTORE } from './events.js';
import { replyDistance, replyPosition } from './replies.js';
import { FROM_OPTIONS, parseSearch, type SearchCommand, type SearchRequest } from './search-request.js';

/** A place that was found. */
interface Place {
  readonly member: Buffer;
  readonly score: number;
  readonly metres: number;
}

export function runSearch(command: SearchCommand, context: Context, argv: Argv, reply: Reply): void {
  const entry = context.read(argv, command.keyAt, TYPE_ZSET);
  const request = parseSearch(context, argv, command, entry);
  const places = entry === 0 ? [] : findPlaces(context, entry, request);
  if (request.storeAt > 0) store(command, context, argv, request, places, reply);
  else replyPlaces(request, places, reply);
}

/** The places in the area, in the order and number asked for. */
function findPlaces(context: Context, entry: number, request: SearchRequest): Place[] {
  const { isAny, count } = request;
  const places: Place[] = [];
  for (const cell of cellsAround(request.shape)) {
    collect(context, entry, cell.score, cell.score + scoresOfCell(cell.steps), request, places);
    if (isAny && places.length >= count) break;
  }
  // The nearest are meant when only some are asked for, unless any will do.
  const order = request.order === 0 && count > 0 && !isAny ? 1 : request.order;
  if (order !== 0) places.sort((a, b) => order * (a.metres - b.metres));
  return count > 0 ? places.slice(0, count) : places;
}

/** Adds the places of one cell, which has the scores [from, to). */
function collect(
  context: Context,
  entry: number,
  from: number,
  to: number,
  request: SearchRequest,
  places: Place[],
): void {
  const { sortedSets } = context;
  const rank = sortedSets.countBelow(entry, from, false);
  const count = sortedSets.countBelow(entry, to, false) - rank;
  if (count <= 0) return;
  const cursor = sortedSets.range(entry, rank, count, false);
  const { member } = cursor;
  while (cursor.next()) {
    const { score } = cursor;
    const metres = distanceWithin(request.shape, longitudeOf(score), latitudeOf(score));
    if (Number.isNaN(metres)) continue;
    places.push({ member: Buffer.from(member.bytes.subarray(member.start, member.end)), score, metres });
    if (request.isAny && places.length >= request.count) return;
  }
}

function replyPlaces(request: SearchRequest, places: readonly Place[], reply: Reply): void {
  const { withDistance, withHash, withPosition } = request;
  const details = Number(withDistance) + Number(withHash) + Number(withPosition);
  reply.array(places.length);
  for (const { member, score, metres } of places) {
    if (details > 0) reply.array(details + 1);
    reply.bulk(member, 0, member.length);
    if (withDistance) replyDistance(reply, metres / request.shape.metresPerUnit);
    if (withHash) reply.bigInteger(BigInt(Math.trunc(score)));
    if (withPosition) replyPosition(reply, longitudeOf(score), latitudeOf(score));
  }
}

function store(
  command: SearchCommand,
  context: Context,
  argv: Argv,
  request: SearchRequest,
  places: readonly Place[],
  reply: Reply,
): void {
  const { db, sortedSets, temporaries } = context;
  const { bytes, starts, ends } = argv;
  const { storeAt, storesDistance, shape } = request;
  const wasThere = db.drop(bytes, starts[storeAt], ends[storeAt]);
  if (places.length > 0) {
    const result = sortedSets.createTemporary();
    for (const { member, score, metres } of places) {
      sortedSets.add(
        result,
        storesDistance ? metres / shape.metresPerUnit : score,
        0,
        member,
        0,
        member.length,
      );
    }
    sortedSets.compact(result);
    temporaries.publish(result, db, bytes, starts[storeAt], ends[storeAt]);
    const event = command.from === FROM_OPTIONS ? GEOSEARCHSTORE : GEORADIUSSTORE;
    context.changedMany(places.length, event, argv, storeAt);
  } else if (wasThere) {
    context.changed(DEL, argv, storeAt);
  }
  reply.integer(places.length);
}
