/**
 * A reply as a tree, for comparing with what a test expects. `parseReply` keeps every type apart; `plain`
 * gives what a RESP2 client sees, so that one assertion serves both protocols.
 */
import assert from 'node:assert/strict';

export interface ReplyNode {
  /** The byte that begins it: `+ - : $ * _ , # ( = ! % ~ > |`. */
  readonly type: string;
  /** Of a scalar, a character each byte; null for a null. */
  readonly text: string | null;
  /** Of an aggregate, a map's keys and values in turn; null for a scalar or a null array. */
  readonly items: readonly ReplyNode[] | null;
}

/** The error a server answered. */
export class ReplyFailure extends Error {
  override readonly name = 'ReplyFailure';
}

export type Plain = string | number | bigint | null | ReplyFailure | Plain[];

/** @param bytes exactly one reply */
export function parseReply(bytes: Buffer): ReplyNode {
  const cursor = { at: 0 };
  const node = parseAt(bytes, cursor);
  assert.equal(cursor.at, bytes.length, 'nothing follows the reply');
  return node;
}

function parseAt(bytes: Buffer, cursor: { at: number }): ReplyNode {
  const lineEnd = bytes.indexOf('\r\n', cursor.at);
  assert.ok(lineEnd >= 0, 'the reply is whole');
  const type = String.fromCharCode(bytes[cursor.at]);
  const line = bytes.toString('latin1', cursor.at + 1, lineEnd);
  cursor.at = lineEnd + 2;
  if ('$=!'.includes(type)) return { type, text: parseText(bytes, cursor, Number(line)), items: null };
  if ('*~>%|'.includes(type)) {
    const count = Number(line) * ('%|'.includes(type) ? 2 : 1);
    if (count < 0) return { type, text: null, items: null };
    const items: ReplyNode[] = [];
    for (let index = 0; index < count; index++) items.push(parseAt(bytes, cursor));
    if (type === '|') return parseAt(bytes, cursor);
    return { type, text: null, items };
  }
  return { type, text: type === '_' ? null : line, items: null };
}

function parseText(bytes: Buffer, cursor: { at: number }, length: number): string | null {
  if (length < 0) return null;
  const text = bytes.toString('latin1', cursor.at, cursor.at + length);
  cursor.at += length;
  assert.equal(bytes.toString('latin1', cursor.at, cursor.at + 2), '\r\n', 'CRLF follows a bulk string');
  cursor.at += 2;
  return text;
}

/** The RESP2 view: maps are flat arrays, sets are arrays, doubles are text, booleans are 0 and 1. */
export function plain(node: ReplyNode): Plain {
  const { type, text, items } = node;
  if (items !== null) return items.map(plain);
  if (text === null) return null;
  switch (type) {
    case '-':
    case '!':
      return new ReplyFailure(text);
    case ':':
      return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    case '#':
      return text === 't' ? 1 : 0;
    case '=':
      return text.slice(4);
    default:
      return text;
  }
}
