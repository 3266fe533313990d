/** redis-parser, which several clients are built on, as a second opinion about RESP2. It has no types. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

interface ParserOptions {
  readonly returnBuffers: boolean;
  returnReply(reply: unknown): void;
  returnError(error: Error): void;
  returnFatalError(error: Error): void;
}

type ParserClass = new (options: ParserOptions) => { execute(bytes: Buffer): void };

const Parser = createRequire(import.meta.url)('redis-parser') as ParserClass;

/** The one reply in `bytes`: strings with a character for each byte, and errors as errors. */
export function redisParser(bytes: Buffer): unknown {
  const replies: unknown[] = [];
  const parser = new Parser({
    returnBuffers: true,
    returnReply: (reply) => replies.push(reply),
    returnError: (error) => replies.push(error),
    returnFatalError: (error) => assert.fail(error),
  });
  parser.execute(bytes);
  assert.equal(replies.length, 1, 'redis-parser finds one reply');
  return textOf(replies[0]);
}

function textOf(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return Array.isArray(value) ? value.map(textOf) : value;
}
