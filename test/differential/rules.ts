/**
 * Where replies of januskv and redis-server may differ, command by command. What isn't listed here has to be
 * equal byte for byte.
 */

import type { ReplyNode } from '../support/reply-node.js';
import { denialAlike, linesAlike, logAlike, userAlike } from './denials.js';
import { withoutIdleTimes, withoutTimes } from './stream-times.js';

export interface Rule {
  /**
   * The order of these is the hash table's own, which depends on seeds: elements are compared without order,
   * or pairs of them, or those in the second element of a SCAN's reply.
   */
  readonly order?: 'items' | 'pairs' | 'scanned' | 'scanned pairs';
  /** Doubles: 7.0 writes 17 digits, 7.2 the shortest form. */
  readonly doubles?: true;
  /**
   * So many units in the last place apart: distances come from sines, which glibc rounds right and V8, with fdlibm,
   * nearly so. They are seen as scores, after STOREDIST.
   */
  readonly units?: number;
  /** Time passed between the two: integers may differ by this much. */
  readonly tolerance?: number;
  /** Chance decides: type and number of elements have to be equal. */
  readonly chance?: true;
  /** What of a reply is compared: without the clock's times, say, and what only 7.2 tells. */
  readonly compared?: (reply: ReplyNode) => ReplyNode;
  /** Errors that 7.2 has and 7.0 hasn't. */
  readonly newError?: RegExp;
  /** Errors that 7.2 answers before it looks at the key, where 7.0 looked at the key first. */
  readonly refusedFirst?: readonly string[];
  /** Pairs of text, 7.0's and 7.2's. */
  readonly changed?: readonly (readonly [reference: string, ours: string])[];
}

/** 7.2 packs small lists and small sets of text. */
const ENCODINGS_CHANGED = [
  ['quicklist', 'listpack'],
  ['hashtable', 'listpack'],
] as const;

/** 7.2 checks a range before it looks at the key. */
const RANGE_FIRST: Rule = {
  refusedFirst: ['ERR syntax error', 'ERR value is not an integer or out of range'],
};

/** Of all directives each server has some that the other hasn't: more than a few aren't compared. */
const DIRECTIVES_COMPARED_MAX = 20;

const fewDirectives = (reply: ReplyNode): ReplyNode =>
  (reply.items?.length ?? 0) > 2 * DIRECTIVES_COMPARED_MAX ? { ...reply, items: [] } : reply;

/** 7.0 names the command that asks, not the one that is asked about. */
const KEYS_ASKED: Rule = {
  newError: /^ERR (The command has no key arguments|Invalid (command|number of arguments) specified)/,
};

const EXACT: Rule = {};

const RULES: Readonly<Record<string, Rule>> = {
  ttl: { tolerance: 1 },
  pttl: { tolerance: 2000 },
  expiretime: { tolerance: 1 },
  pexpiretime: { tolerance: 2000 },
  bitcount: RANGE_FIRST,
  bitpos: RANGE_FIRST,
  keys: { order: 'items' },
  scan: { order: 'scanned' },
  randomkey: { chance: true },
  time: { chance: true },
  'object|encoding': { changed: ENCODINGS_CHANGED },
  'object|idletime': { tolerance: 2 },
  'client|id': { chance: true },
  'command|count': { chance: true },
  'config|get': { compared: fewDirectives },
  'acl|dryrun': { compared: denialAlike },
  'acl|getuser': { compared: userAlike },
  'acl|list': { compared: linesAlike },
  'acl|log': { compared: logAlike },
  // 7.2 reads all options before it heeds one.
  hello: { chance: true, newError: /^ERR Syntax error in HELLO option/ },
  'command|getkeys': KEYS_ASKED,
  'command|getkeysandflags': KEYS_ASKED,
  // 7.0 took the smallest integer, whose absolute value is none.
  lpos: { newError: /^ERR value is out of range, value must between/ },
  smembers: { order: 'items' },
  sinter: { order: 'items' },
  sunion: { order: 'items' },
  sdiff: { order: 'items' },
  sscan: { order: 'scanned' },
  spop: { chance: true },
  srandmember: { chance: true },
  hkeys: { order: 'items' },
  hvals: { order: 'items' },
  hgetall: { order: 'pairs' },
  hscan: { order: 'scanned pairs' },
  hrandfield: { chance: true },
  zrandmember: { chance: true },
  // 7.2 names the command as it names it everywhere.
  xread: {
    newError: /^ERR Unbalanced 'xread' list of streams/,
  },
  xreadgroup: { newError: /^ERR Unbalanced 'xreadgroup' list of streams/ },
  xpending: { compared: withoutIdleTimes },
  'xinfo|consumers': { compared: withoutTimes },
  'xinfo|stream': { compared: withoutTimes },
  eval: { doubles: true },
  eval_ro: { doubles: true },
  zscore: { doubles: true, units: 4 },
  zmscore: { doubles: true },
  // 7.2 has WITHSCORE.
  zrank: { newError: /^ERR syntax error/ },
  zrevrank: { newError: /^ERR syntax error/ },
  zadd: { doubles: true },
  zincrby: { doubles: true },
  zrange: { doubles: true, units: 4 },
  zrevrange: { doubles: true },
  zrangebyscore: { doubles: true },
  zrevrangebyscore: { doubles: true },
  zpopmin: { doubles: true },
  zpopmax: { doubles: true },
  zmpop: { doubles: true },
  zunion: { doubles: true },
  zinter: { doubles: true },
  zdiff: { doubles: true },
  zscan: { order: 'scanned pairs', doubles: true },
  geopos: { doubles: true },
  geosearch: { doubles: true },
  georadius: { doubles: true },
  georadiusbymember: { doubles: true },
};

/** @param command as the table names it */
export function ruleOf(command: string): Rule {
  return Object.hasOwn(RULES, command) ? RULES[command] : EXACT;
}

export type Rules = (command: string) => Rule;

/** Of a reference that is 7.2, or later, nothing is forgiven that only 7.0 says otherwise. */
function strictRuleOf(command: string): Rule {
  const { doubles, newError, refusedFirst, changed, ...rule } = ruleOf(command);
  return rule;
}

/** @param version of the reference: `7.0.15` */
export function rulesOf(version: string | null): Rules {
  const [major, minor] = (version ?? '').split('.').map(Number);
  return major > 7 || (major === 7 && minor >= 2) ? strictRuleOf : ruleOf;
}

/** True when replies have to be equal byte for byte. */
export const isExact = (command: string): boolean => ruleOf(command) === EXACT;
