/**
 * Compares all that two servers hold, key by key: type, encoding, expiry, value. What a command did wrong without
 * saying so shows itself here.
 */
import { type Plain, parseReply, plain } from '../support/reply-node.js';
import { sameReply } from './compare.js';
import type { Duel } from './duel.js';
import type { Request } from './grammar.js';

/** What is asked of a key of each type, beside its type, encoding and expiry. */
const VALUE_OF: Readonly<Record<string, (key: Buffer) => Request>> = {
  string: (key) => ['GET', key],
  list: (key) => ['LRANGE', key, 0, -1],
  set: (key) => ['SMEMBERS', key],
  hash: (key) => ['HGETALL', key],
  zset: (key) => ['ZRANGE', key, 0, -1, 'WITHSCORES'],
  stream: (key) => ['XINFO', 'STREAM', key, 'FULL', 'COUNT', 0],
};

export interface StateDifference {
  readonly request: Request;
  readonly ours: Buffer;
  readonly theirs: Buffer;
}

/** @param has tells whether januskv has a command: `object|encoding` */
export async function compareState(
  duel: Duel,
  has: (command: string) => boolean,
): Promise<StateDifference | null> {
  if (!has('keys') || !has('type')) return null;
  const listing: Request = ['KEYS', '*'];
  const listings = await duel.exchange([listing]);
  const [ours, theirs] = [listings.ours[0], listings.theirs[0]];
  if (!sameReply(ours, theirs, duel.rules('keys'))) return { request: listing, ours, theirs };
  const keys = (plain(parseReply(theirs)) as Plain[]).map((name) => Buffer.from(String(name), 'latin1'));
  const types = await duel.exchange(keys.map((key) => ['TYPE', key]));
  const requests = keys.flatMap((key, at) =>
    questions(key, types.theirs[at].toString('latin1', 1).trim(), has),
  );
  return firstDifference(duel, requests);
}

function questions(key: Buffer, type: string, has: (command: string) => boolean): Request[] {
  const requests: Request[] = [['TYPE', key]];
  const value = VALUE_OF[type]?.(key);
  if (value !== undefined && has(String(value[0]).toLowerCase())) requests.push(value);
  if (has('pttl')) requests.push(['PTTL', key]);
  if (has('object|encoding')) requests.push(['OBJECT', 'ENCODING', key]);
  return requests;
}

async function firstDifference(duel: Duel, requests: readonly Request[]): Promise<StateDifference | null> {
  const { ours, theirs } = await duel.exchange(requests);
  for (let at = 0; at < requests.length; at++) {
    if (!sameReply(ours[at], theirs[at], duel.rules(commandOf(requests[at])))) {
      return { request: requests[at], ours: ours[at], theirs: theirs[at] };
    }
  }
  return null;
}

const CONTAINERS = new Set([
  'acl',
  'object',
  'client',
  'config',
  'command',
  'memory',
  'xgroup',
  'xinfo',
  'debug',
]);

/** The name of a request's command as the table has it. */
export function commandOf(request: Request): string {
  const name = String(request[0]).toLowerCase();
  return CONTAINERS.has(name) && request.length > 1 ? `${name}|${String(request[1]).toLowerCase()}` : name;
}
