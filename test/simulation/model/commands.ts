/** What each command of the simulation does to the model, written from Redis' documentation and not from our code. */
import type { ModelKeyspace } from './keyspace.js';
import {
  array,
  bulk,
  bulks,
  double,
  HASH_NOT_AN_INTEGER,
  integer,
  NOT_AN_INTEGER,
  nil,
  OK,
  type Resp,
} from './replies.js';

/** @param words the request, its name first. @returns the reply */
type Apply = (keys: ModelKeyspace, words: readonly string[], resp: Resp) => string;

export const DATA_COMMANDS: Readonly<Record<string, Apply>> = {
  PING: () => '+PONG\r\n',
  ECHO: (_keys, [, text]) => bulk(text),

  SET(keys, [, key, text, ...options], resp) {
    if (options.includes('NX') && keys.get(key) !== null) return nil(resp);
    const lifetime = options.indexOf('PX');
    const endMs = lifetime < 0 ? undefined : keys.nowMs + Number(options[lifetime + 1]);
    keys.put(key, { type: 'string', text }, endMs);
    return OK;
  },
  GET(keys, [, key], resp) {
    const value = keys.of(key, 'string');
    return value === null ? nil(resp) : bulk(value.text);
  },
  GETDEL(keys, [, key], resp) {
    const value = keys.of(key, 'string');
    if (value === null) return nil(resp);
    keys.remove(key);
    return bulk(value.text);
  },
  APPEND(keys, [, key, text]) {
    const value = keys.of(key, 'string');
    if (value === null) keys.put(key, { type: 'string', text });
    else {
      value.text += text;
      keys.changed(key);
    }
    return integer((value?.text ?? text).length);
  },
  STRLEN: (keys, [, key]) => integer(keys.of(key, 'string')?.text.length ?? 0),
  INCR(keys, [, key]) {
    const value = keys.of(key, 'string');
    const before = value?.text ?? '0';
    if (!isInteger(before)) return NOT_AN_INTEGER;
    const after = Number(before) + 1;
    if (value === null) keys.put(key, { type: 'string', text: String(after) });
    else {
      value.text = String(after);
      keys.changed(key);
    }
    return integer(after);
  },

  DEL: (keys, [, ...names]) => integer(names.filter((key) => keys.remove(key)).length),
  EXISTS: (keys, [, ...names]) => integer(names.filter((key) => keys.get(key) !== null).length),
  TYPE: (keys, [, key]) => `+${keys.get(key)?.type ?? 'none'}\r\n`,
  PEXPIRE(keys, [, key, lifetimeMs]) {
    if (keys.get(key) === null) return integer(0);
    keys.setEnd(key, keys.nowMs + Number(lifetimeMs));
    return integer(1);
  },
  PERSIST(keys, [, key]) {
    const endMs = keys.endOf(key);
    if (endMs === null || endMs === Number.POSITIVE_INFINITY) return integer(0);
    keys.setEnd(key, Number.POSITIVE_INFINITY);
    return integer(1);
  },
  PTTL(keys, [, key]) {
    const endMs = keys.endOf(key);
    if (endMs === null) return integer(-2);
    return integer(endMs === Number.POSITIVE_INFINITY ? -1 : endMs - keys.nowMs);
  },

  LPUSH: (keys, [, key, ...elements]) => pushed(keys, key, elements, 'unshift'),
  RPUSH: (keys, [, key, ...elements]) => pushed(keys, key, elements, 'push'),
  LPOP: (keys, [, key], resp) => popped(keys, key, 'shift', resp),
  RPOP: (keys, [, key], resp) => popped(keys, key, 'pop', resp),
  LLEN: (keys, [, key]) => integer(keys.of(key, 'list')?.elements.length ?? 0),
  LRANGE(keys, [, key, start, stop]) {
    const elements = keys.of(key, 'list')?.elements ?? [];
    const last = Number(stop);
    return bulks(elements.slice(Number(start), last === -1 ? undefined : last + 1));
  },
  LINDEX(keys, [, key, index], resp) {
    const element = keys.of(key, 'list')?.elements.at(Number(index));
    return element === undefined ? nil(resp) : bulk(element);
  },

  HSET(keys, [, key, ...pairs]) {
    const hash = keys.of(key, 'hash');
    const fields = hash?.fields ?? new Map<string, string>();
    const before = fields.size;
    for (let at = 0; at < pairs.length; at += 2) fields.set(pairs[at], pairs[at + 1]);
    if (hash === null) keys.put(key, { type: 'hash', fields });
    else keys.changed(key);
    return integer(fields.size - before);
  },
  HGET(keys, [, key, field], resp) {
    const value = keys.of(key, 'hash')?.fields.get(field);
    return value === undefined ? nil(resp) : bulk(value);
  },
  HMGET(keys, [, key, ...names], resp) {
    const fields = keys.of(key, 'hash')?.fields;
    return array(
      names.map((field) => {
        const value = fields?.get(field);
        return value === undefined ? nil(resp) : bulk(value);
      }),
    );
  },
  HDEL(keys, [, key, ...names]) {
    const hash = keys.of(key, 'hash');
    if (hash === null) return integer(0);
    const count = names.filter((field) => hash.fields.delete(field)).length;
    return integer(shrunk(keys, key, count, hash.fields.size));
  },
  HLEN: (keys, [, key]) => integer(keys.of(key, 'hash')?.fields.size ?? 0),
  HINCRBY(keys, [, key, field, increment]) {
    const hash = keys.of(key, 'hash');
    const before = hash?.fields.get(field) ?? '0';
    if (!isInteger(before)) return HASH_NOT_AN_INTEGER;
    const after = Number(before) + Number(increment);
    if (hash === null) keys.put(key, { type: 'hash', fields: new Map([[field, String(after)]]) });
    else {
      hash.fields.set(field, String(after));
      keys.changed(key);
    }
    return integer(after);
  },

  SADD(keys, [, key, ...added]) {
    const set = keys.of(key, 'set');
    const members = set?.members ?? new Set<string>();
    const before = members.size;
    for (const member of added) members.add(member);
    if (set === null) keys.put(key, { type: 'set', members });
    else if (members.size > before) keys.changed(key);
    return integer(members.size - before);
  },
  SREM(keys, [, key, ...removed]) {
    const set = keys.of(key, 'set');
    if (set === null) return integer(0);
    const count = removed.filter((member) => set.members.delete(member)).length;
    return integer(shrunk(keys, key, count, set.members.size));
  },
  SCARD: (keys, [, key]) => integer(keys.of(key, 'set')?.members.size ?? 0),
  SISMEMBER: (keys, [, key, member]) => integer(keys.of(key, 'set')?.members.has(member) ? 1 : 0),

  ZADD(keys, [, key, score, member]) {
    const zset = keys.of(key, 'zset');
    const scores = zset?.scores ?? new Map<string, number>();
    const before = scores.get(member);
    scores.set(member, Number(score));
    if (zset === null) keys.put(key, { type: 'zset', scores });
    else if (before !== Number(score)) keys.changed(key);
    return integer(before === undefined ? 1 : 0);
  },
  ZREM(keys, [, key, ...removed]) {
    const zset = keys.of(key, 'zset');
    if (zset === null) return integer(0);
    const count = removed.filter((member) => zset.scores.delete(member)).length;
    return integer(shrunk(keys, key, count, zset.scores.size));
  },
  ZSCORE(keys, [, key, member], resp) {
    const score = keys.of(key, 'zset')?.scores.get(member);
    return score === undefined ? nil(resp) : double(resp, score);
  },
  ZRANGE(keys, [, key, start, stop]) {
    const scores = keys.of(key, 'zset')?.scores ?? new Map<string, number>();
    const ordered = [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([member]) => member);
    const last = Number(stop);
    return bulks(ordered.slice(Number(start), last === -1 ? undefined : last + 1));
  },
};

/** Takes an element of the first list that isn't empty. @returns its key and it, or null */
export function popFirst(
  keys: ModelKeyspace,
  names: readonly string[],
  end: 'shift' | 'pop',
): readonly [key: string, element: string] | null {
  for (const key of names) {
    const elements = keys.of(key, 'list')?.elements;
    const element = elements?.[end]();
    if (elements === undefined || element === undefined) continue;
    shrunk(keys, key, 1, elements.length);
    return [key, element];
  }
  return null;
}

function pushed(keys: ModelKeyspace, key: string, added: readonly string[], end: 'unshift' | 'push'): string {
  const list = keys.of(key, 'list');
  const elements = list?.elements ?? [];
  for (const element of added) elements[end](element);
  if (list === null) keys.put(key, { type: 'list', elements });
  else keys.changed(key);
  return integer(elements.length);
}

function popped(keys: ModelKeyspace, key: string, end: 'shift' | 'pop', resp: Resp): string {
  const taken = popFirst(keys, [key], end);
  return taken === null ? nil(resp) : bulk(taken[1]);
}

/** A collection lost some; an empty one is no key. @returns how many it lost */
function shrunk(keys: ModelKeyspace, key: string, count: number, left: number): number {
  if (left === 0) keys.remove(key);
  else if (count > 0) keys.changed(key);
  return count;
}

const isInteger = (text: string): boolean => /^(0|-?[1-9]\d{0,14})$/.test(text);
