/**
 * The request parser: whichever way a stream is cut, the same requests come out of it and it breaks at the same place;
 * what it points at lies in the stream; and whoever waits for `bytesWanted` gets on.
 */
import assert from 'node:assert/strict';
import {
  INCOMPLETE,
  MALFORMED,
  type PartialRequest,
  RequestParser,
  RequestSpans,
} from '../../../src/protocol/request-parser.js';
import { Dice } from '../../support/dice.js';
import { encodeRequest } from '../../support/words.js';
import type { FuzzTarget } from '../target.js';

const LIMITS = { bulkBytesMax: 1024 * 1024 };

export const createRequestParser = (): FuzzTarget => ({
  name: 'request-parser',
  dictionary: ['\r\n', '*1\r\n', '*-1\r\n', '$1\r\n', '$-1\r\n', '"', "'", '\\x00', 'PING'],
  seeds: () => [
    encodeRequest(['SET', 'key', 'a value']),
    Buffer.concat([encodeRequest(['PING']), encodeRequest(['ECHO', '']), Buffer.from('PING\r\n')]),
    Buffer.from("set \"a\\x41\\n\" 'it\\'s' plain\r\n\r\n*0\r\n*1\r\n$4\r\nPING\r\n"),
    encodeRequest(Array.from({ length: 50 }, (_, index) => `word ${index}`)),
  ],
  run(input) {
    for (const isAuthenticated of [true, false]) {
      const whole = parse(input, [input.length], isAuthenticated);
      const dice = new Dice(input.length);
      const cuts = Array.from({ length: 5 }, () => dice.between(0, input.length)).sort((a, b) => a - b);
      assert.deepEqual(parse(input, [...cuts, input.length], isAuthenticated), whole);
      const each = Array.from(input.keys(), (at) => at + 1);
      assert.deepEqual(parse(input, each, isAuthenticated), whole);
    }
  },
});

/** @param ends how much of the stream has arrived, time after time */
function parse(input: Buffer, ends: readonly number[], isAuthenticated: boolean): string[] {
  const argv = new RequestSpans();
  const parser = new RequestParser(argv, LIMITS);
  const found: string[] = [];
  let at = 0;
  let partial: PartialRequest | null = null;
  for (const end of ends) {
    while (at < end) {
      const next = parser.parse(input, at, end, partial, isAuthenticated);
      if (next === MALFORMED) return [...found, parser.error.message];
      if (next === INCOMPLETE) {
        assert.ok(parser.bytesWanted > end - at, 'more is wanted than there is');
        partial = parser.partial;
        break;
      }
      assert.ok(next > at && next <= end, 'a request ends inside of what arrived');
      partial = null;
      found.push(wordsIn(argv, at, next));
      at = next;
    }
  }
  return found;
}

function wordsIn(argv: RequestSpans, start: number, end: number): string {
  const words: string[] = [];
  for (let index = 0; index < argv.count; index++) {
    const isInside = argv.bytes.length > 0 && argv.starts[index] <= argv.ends[index];
    assert.ok(isInside, 'an argument has a length');
    assert.ok(argv.bytes !== undefined && start <= end);
    words.push(argv.bytes.toString('latin1', argv.starts[index], argv.ends[index]));
  }
  return JSON.stringify(words);
}
