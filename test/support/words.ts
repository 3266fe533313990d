/**
 * How tests write requests. Text stands for bytes, a character each (latin1), in requests and in replies
 * alike: '\xff' is one byte, and what was sent comes back equal. A Buffer is taken as it is.
 */
import assert from 'node:assert/strict';

export type Word = string | number | bigint | Buffer;

function bytesOf(word: Word): Buffer {
  if (Buffer.isBuffer(word)) return word;
  const text = String(word);
  assert.ok(!/[^\0-\xff]/.test(text), `a character of ${text} is not a byte: pass Buffer.from(text) instead`);
  return Buffer.from(text, 'latin1');
}

/** A request as every client library sends it. */
export function encodeRequest(words: readonly Word[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = bytesOf(word);
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, CRLF);
  }
  return Buffer.concat(parts);
}

/** 'SET key value' as its words; for words with spaces, or none, pass an array. */
export function wordsOf(command: string | readonly Word[]): readonly Word[] {
  return typeof command === 'string' ? command.split(' ') : command;
}

/** A request or reply as a person reads it, cut where it gets long. */
export function show(bytes: Buffer, lengthMax = 300): string {
  const text = JSON.stringify(bytes.toString('latin1', 0, lengthMax)).replaceAll('\\u00', '\\x');
  return bytes.length > lengthMax ? `${text} … (${bytes.length} bytes)` : text;
}

const CRLF = Buffer.from('\r\n');
