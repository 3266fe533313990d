/** What 7.0 says in other words than 7.2: denials, and how users are shown. */
import type { ReplyNode } from '../support/reply-node.js';

/** 7.0's words, and ours, as the same text. */
const SAME_WORDS: readonly (readonly [RegExp, string])[] = [
  [/(This user|this user|User \S+) has no permissions/, 'no permissions'],
  [/no permissions to access one of the keys used as arguments/, 'No permissions to access a key'],
  [/no permissions to access one of the channels used as arguments/, 'No permissions to access a channel'],
];

export function withoutDenialWords(text: string): string {
  return SAME_WORDS.reduce((result, [words, same]) => result.replace(words, same), text);
}

/** A reply of ACL DRYRUN. */
export const denialAlike = (reply: ReplyNode): ReplyNode =>
  reply.text === null ? reply : { ...reply, text: withoutDenialWords(reply.text) };

/**
 * A reply of ACL GETUSER without the commands' rules, whose order 7.0 makes up, and without the flag that 7.0 shows only
 * after a reset.
 */
export function userAlike(reply: ReplyNode): ReplyNode {
  if (reply.items === null) return reply;
  const items = reply.items.filter(({ text }) => text !== 'sanitize-payload');
  return {
    ...reply,
    items: items.map((item, at) =>
      items[at - 1]?.text === 'commands' ? { ...item, text: '' } : userAlike(item),
    ),
  };
}

/** Fields of ACL LOG that tell of what was denied; the others tell of connections and clocks, or are 7.2's. */
const LOG_FIELDS_COMPARED = 5;

export function logAlike(reply: ReplyNode): ReplyNode {
  if (reply.items === null) return reply;
  const entries = reply.items.map((entry) => ({
    ...entry,
    items: entry.items?.slice(0, 2 * LOG_FIELDS_COMPARED) ?? null,
  }));
  return { ...reply, items: entries };
}

/** A reply of ACL LIST: as `userAlike`. */
export function linesAlike(reply: ReplyNode): ReplyNode {
  if (reply.items !== null) return { ...reply, items: reply.items.map(linesAlike) };
  const text = reply.text?.replace(' sanitize-payload', '').replace(/ [-+]@all[^()]*/g, '') ?? null;
  return { ...reply, text };
}
