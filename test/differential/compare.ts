/** Whether two replies say the same, by a command's rule. */
import { formatDouble, parseDouble } from '../../src/base/double.js';
import { parseReply, type ReplyNode } from '../support/reply-node.js';
import { withoutDenialWords } from './denials.js';
import type { Rule } from './rules.js';

const ERROR = '-'.charCodeAt(0);
/** Of tables that contain themselves: januskv's replies end after 1,000 levels, Redis' after thousands. */
const TOO_DEEP = '-ERR reached lua stack limit\r\n';

export function sameReply(ours: Buffer, theirs: Buffer, rule: Rule): boolean {
  if (ours.equals(theirs)) return true;
  if (rule.refusedFirst?.some((message) => ours.equals(Buffer.from(`-${message}\r\n`)))) return true;
  if (ours.includes(TOO_DEEP) && theirs.includes(TOO_DEEP)) return true;
  if (ours[0] === ERROR && rule.newError?.test(ours.toString('latin1', 1))) return true;
  const [mine, reference] = [ours, theirs].map((reply) => {
    const node = parseReply(reply);
    return arranged(rule.compared?.(node) ?? node, rule);
  });
  return sameNode(mine, reference, rule);
}

function sameNode(ours: ReplyNode, theirs: ReplyNode, rule: Rule): boolean {
  if (ours.type !== theirs.type) return false;
  if (ours.items !== null && theirs.items !== null) {
    if (ours.items.length !== theirs.items.length) return false;
    const others = theirs.items;
    return ours.items.every((item, index) => sameNode(item, others[index], rule));
  }
  if (ours.text === theirs.text && ours.items === theirs.items) return true;
  if (ours.text === null || theirs.text === null) return false;
  if (isError(ours)) return withoutDenialWords(ours.text) === withoutDenialWords(theirs.text);
  return sameText(ours.text, theirs.text, rule);
}

function sameText(ours: string, theirs: string, rule: Rule): boolean {
  if (rule.chance) return true;
  if (rule.tolerance !== undefined && areNear(Number(ours), Number(theirs), rule.tolerance)) return true;
  if (rule.changed?.some(([reference, changed]) => reference === theirs && changed === ours)) return true;
  if (rule.units !== undefined && areNeighbours(Number(ours), Number(theirs), rule.units)) return true;
  return rule.doubles === true && ours === formatDouble(parseDouble(theirs));
}

/** Negative numbers say that there is no time to tell, and why. */
const areNear = (ours: number, theirs: number, tolerance: number): boolean =>
  ours >= 0 && theirs >= 0 && Math.abs(ours - theirs) <= tolerance;

const areNeighbours = (ours: number, theirs: number, units: number): boolean =>
  Math.abs(ours - theirs) <= units * Number.EPSILON * Math.abs(theirs);

const isError = (node: ReplyNode): boolean => node.type === '-' || node.type === '!';

/** Puts what has no order of its own in one. */
function arranged(node: ReplyNode, rule: Rule): ReplyNode {
  if (rule.order === undefined || node.items === null) return node;
  if (rule.order === 'items') return sorted(node, 1);
  if (rule.order === 'pairs') return sorted(node, 2);
  if (node.items.length !== 2) return node;
  const [cursor, found] = node.items;
  return { ...node, items: [cursor, sorted(found, rule.order === 'scanned' ? 1 : 2)] };
}

function sorted(node: ReplyNode, step: 1 | 2): ReplyNode {
  const { items } = node;
  if (items === null || items.length % step !== 0) return node;
  const groups = Array.from({ length: items.length / step }, (_, at) =>
    items.slice(at * step, (at + 1) * step),
  );
  groups.sort((a, b) => compareText(keyOf(a), keyOf(b)));
  return { ...node, items: groups.flat() };
}

/** Elements may be pairs themselves, as HRANDFIELD's are in RESP3. */
const keyOf = (group: readonly ReplyNode[]): string => JSON.stringify(group);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
