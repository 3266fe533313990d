import assert from 'node:assert/strict';
import {
  INCOMPLETE,
  MALFORMED,
  type PartialRequest,
  RequestParser,
  RequestSpans,
} from '../../src/protocol/request-parser.js';
import { itRandomly } from '../support/dice.js';
import { encodeRequest } from '../support/words.js';

const MEGABYTE = 1024 * 1024;

function newParser(): RequestParser {
  return new RequestParser(new RequestSpans(), { bulkBytesMax: 512 * MEGABYTE });
}

function wordsIn(argv: RequestSpans): string[] {
  return Array.from({ length: argv.count }, (_, index) =>
    argv.bytes.toString('latin1', argv.starts[index], argv.ends[index]),
  );
}

/** What one attempt makes of the bytes: the words, 'incomplete', or the error. */
function parse(text: string | Buffer, authenticated = true): string[] | string {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const parser = newParser();
  const next = parser.parse(bytes, 0, bytes.length, null, authenticated);
  if (next === INCOMPLETE) return 'incomplete';
  if (next === MALFORMED) return parser.error.bytes.toString('latin1').slice(1, -2);
  assert.equal(next, bytes.length, 'the whole input is one request');
  return wordsIn(parser.argv);
}

/** As a frontend does it: offers what it has only once it is as much as was wanted. */
class Feeder {
  readonly parser = newParser();
  readonly requests: string[][] = [];
  attempts = 0;
  #kept: Buffer = Buffer.alloc(0);
  #partial: PartialRequest | null = null;
  #wanted = 1;

  feed(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]);
    while (this.#kept.length >= this.#wanted) {
      this.attempts++;
      const next = this.parser.parse(this.#kept, 0, this.#kept.length, this.#partial, true);
      assert.notEqual(next, MALFORMED, this.parser.error.message);
      this.#partial = next === INCOMPLETE ? this.parser.partial : null;
      this.#wanted = next === INCOMPLETE ? this.parser.bytesWanted : 1;
      if (next === INCOMPLETE) continue;
      if (this.parser.argv.count > 0) this.requests.push(wordsIn(this.parser.argv));
      this.#kept = this.#kept.subarray(next);
    }
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }
}

describe('RequestParser', () => {
  it('finds the arguments where they lie', () => {
    assert.deepEqual(parse('*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$7\r\na\r\nb\0\xff!\r\n'), [
      'SET',
      'key',
      'a\r\nb\0\xff!',
    ]);
    assert.deepEqual(parse('*2\r\n$4\r\nECHO\r\n$0\r\n\r\n'), ['ECHO', '']);
  });

  it('leaves offsets that count from the beginning of the buffer', () => {
    const request = encodeRequest(['GET', 'key']);
    const bytes = Buffer.concat([Buffer.from('before'), request, Buffer.from('after')]);
    const parser = newParser();
    assert.equal(parser.parse(bytes, 6, bytes.length, null, true), 6 + request.length);
    assert.deepEqual(wordsIn(parser.argv), ['GET', 'key']);
    assert.equal(parser.argv.starts[0], 6 + 8);
  });

  it('passes empty requests', () => {
    for (const empty of ['*0\r\n', '*-1\r\n', '*-9\r\n', '\r\n', '\n', '   \r\n'])
      assert.deepEqual(parse(empty), []);
  });

  it('does not look at what ends a bulk string', () => {
    assert.deepEqual(parse('*1\r\n$4\r\nPINGxy'), ['PING']);
    assert.deepEqual(parse('*1\rx$4\ryPING\r\n'), ['PING']);
  });

  it('finds every request wherever the stream is split', () => {
    const requests = [
      ['PING'],
      ['SET', 'key', 'a\r\nb'],
      ['inline', 'words'],
      ['MGET', '', '\xff\0', 'x'.repeat(100)],
    ];
    const stream = Buffer.concat([
      encodeRequest(requests[0]),
      encodeRequest(requests[1]),
      Buffer.from('inline  words\r\n'),
      encodeRequest(requests[3]),
    ]);
    for (let split = 0; split <= stream.length; split++) {
      const feeder = new Feeder();
      feeder.feed(stream.subarray(0, split));
      feeder.feed(stream.subarray(split));
      assert.deepEqual(feeder.requests, requests, `split at ${split}`);
      assert.ok(feeder.isEmpty);
    }
  });

  itRandomly('finds every request in a stream that comes in pieces of any size', (dice) => {
    const requests = Array.from({ length: 60 }, () =>
      Array.from({ length: dice.between(1, dice.oneIn(6) ? 300 : 6) }, () =>
        dice.bytes(dice.between(0, 30)).toString('latin1'),
      ),
    );
    const stream = Buffer.concat(requests.map(encodeRequest));
    const feeder = new Feeder();
    for (let at = 0; at < stream.length; ) {
      const size = dice.between(1, dice.oneIn(3) ? 2000 : 20);
      feeder.feed(stream.subarray(at, at + size));
      at += size;
    }
    assert.deepEqual(feeder.requests, requests);
  });

  it('tells how many bytes it lacks, so that a large value is tried twice and not for each piece of it', () => {
    const feeder = new Feeder();
    const request = encodeRequest(['SET', 'key', 'v'.repeat(8 * MEGABYTE)]);
    feeder.feed(request.subarray(0, 100));
    assert.equal(feeder.parser.bytesWanted, request.length);
    for (let at = 100; at < request.length; at += 64 * 1024)
      feeder.feed(request.subarray(at, at + 64 * 1024));
    assert.equal(feeder.attempts, 2);
    assert.equal(feeder.requests.length, 1);
  });

  it('goes on with a long request where it stopped, in the same memory', () => {
    const words = Array.from({ length: 3000 }, (_, index) => `word${index}`);
    const request = encodeRequest(words);
    const parser = newParser();
    let partial: PartialRequest | null = null;
    let first: PartialRequest | null = null;
    let resumedAt = 0;
    for (let end = 2000; end < request.length; end += 7) {
      assert.equal(parser.parse(request, 0, end, partial, true), INCOMPLETE);
      partial = parser.partial;
      assert.ok(partial !== null && partial.next >= resumedAt, 'what was passed is not looked at again');
      first ??= partial;
      assert.equal(partial, first, 'nothing is copied for a new attempt');
      assert.ok(end - partial.next < 20, 'all whole arguments are passed');
      resumedAt = partial.next;
    }
    assert.equal(parser.parse(request, 0, request.length, partial, true), request.length);
    assert.deepEqual(wordsIn(parser.argv), words);
  });

  it('goes on with a long request that has moved', () => {
    const words = Array.from({ length: 100 }, (_, index) => `word${index}`);
    const request = encodeRequest(words);
    const parser = newParser();
    const before = Buffer.concat([Buffer.alloc(50), request.subarray(0, 700)]);
    assert.equal(parser.parse(before, 50, before.length, null, true), INCOMPLETE);
    const after = Buffer.concat([Buffer.alloc(7), request]);
    assert.equal(parser.parse(after, 7, after.length, parser.partial, true), after.length);
    assert.deepEqual(wordsIn(parser.argv), words);
  });

  it('remembers nothing of a short request', () => {
    const parser = newParser();
    const bytes = Buffer.from('*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nhal');
    assert.equal(parser.parse(bytes, 0, bytes.length, null, true), INCOMPLETE);
    assert.equal(parser.partial, null);
  });

  describe('refuses what is no request', () => {
    const count = 'ERR Protocol error: invalid multibulk length';
    const length = 'ERR Protocol error: invalid bulk length';
    const refusals: readonly [text: string, error: string][] = [
      ['*abc\r\n', count],
      ['*+1\r\n', count],
      ['*01\r\n', count],
      ['*\r\n', count],
      ['*-0\r\n', count],
      ['* 1\r\n', count],
      ['*1\n$4\r\nPING\r\n', count],
      ['*2147483648\r\n', count],
      ['*99999999999999999999\r\n', count],
      ['*1\r\n$-1\r\n', length],
      ['*1\r\n$\r\n', length],
      ['*1\r\n$01\r\na\r\n', length],
      ['*1\r\n$+4\r\nPING\r\n', length],
      ['*1\r\n$4 \r\nPING\r\n', length],
      ['*1\r\n$4\nPING\r\n', length],
      ['*1\r\n$536870913\r\n', length],
      ['*1\r\n$99999999999999999999\r\n', length],
      ['*1\r\n:1\r\n', "ERR Protocol error: expected '$', got ':'"],
      ['*1\r\nPING\r\n', "ERR Protocol error: expected '$', got 'P'"],
      ['*1\r\n\r\n', "ERR Protocol error: expected '$', got ' '"],
      ["PING 'a\r\n", 'ERR Protocol error: unbalanced quotes in request'],
      ['PING "a"b\r\n', 'ERR Protocol error: unbalanced quotes in request'],
    ];
    for (const [text, error] of refusals) {
      it(JSON.stringify(text), () => assert.equal(parse(text), error));
    }
  });

  it('takes the largest count and length, and waits for the rest', () => {
    assert.equal(parse('*2147483647\r\n'), 'incomplete');
    assert.equal(parse('*1\r\n$536870912\r\n'), 'incomplete');
  });

  it('waits for the end of a line before it judges it', () => {
    for (const text of ['*x', '*1\r', '*1\r\n:1\r', '*1\r\nx', '*1\r\n$x\r', '*1\r\n$1']) {
      assert.equal(parse(text), 'incomplete');
    }
  });

  it('sees no end of a line behind a NUL, as in the first bytes of TLS', () => {
    const clientHello = '\x16\x03\x01\0\xf5\x01\r\nPING\r\n';
    for (const text of [
      clientHello,
      'PING\0\r\nPING\r\n',
      '*1\0\r\nPING\r\n',
      '*1\r\n$4\0\r\nPING\r\n',
      '*1\r\n\0\r\n',
    ]) {
      assert.equal(parse(text), 'incomplete', JSON.stringify(text));
      assert.match(parse(text + 'x'.repeat(64 * 1024)) as string, /^ERR Protocol error: too big/);
    }
  });

  it('waits for no line longer than 64 KiB', () => {
    const lines: readonly [begin: string, error: string][] = [
      ['', 'ERR Protocol error: too big inline request'],
      ['*', 'ERR Protocol error: too big mbulk count string'],
      ['*1\r\n$', 'ERR Protocol error: too big bulk count string'],
      ['*1\r\nx', 'ERR Protocol error: too big bulk count string'],
    ];
    for (const [begin, error] of lines) {
      const lineStart = begin.lastIndexOf('\n') + 1;
      const filler = 64 * 1024 - (begin.length - lineStart);
      assert.equal(parse(begin + '1'.repeat(filler)), 'incomplete', error);
      assert.equal(parse(begin + '1'.repeat(filler + 1)), error);
    }
  });

  it('takes little from a client that has not authenticated', () => {
    assert.equal(parse('*11\r\n', false), 'ERR Protocol error: unauthenticated multibulk length');
    assert.equal(parse('*10\r\n', false), 'incomplete');
    assert.equal(parse('*1\r\n$16385\r\n', false), 'ERR Protocol error: unauthenticated bulk length');
    assert.equal(parse('*1\r\n$16384\r\n', false), 'incomplete');
  });

  itRandomly('never fails on random bytes, and says the same however they are split', (dice) => {
    const alphabet = [
      '*',
      '$',
      '1',
      '2',
      '3',
      '0',
      '-',
      '\r\n',
      '\r',
      '\n',
      'a',
      '"',
      "'",
      '\\',
      '\0',
      'x',
      ' ',
      '\0',
      '\xff',
    ];
    const outcome = (parser: RequestParser, bytes: Buffer, start: number, partial: PartialRequest | null) => {
      const next = parser.parse(bytes, start, bytes.length, partial, true);
      if (next === INCOMPLETE) return { next, said: 'incomplete' };
      return { next, said: next === MALFORMED ? parser.error.message : JSON.stringify(wordsIn(parser.argv)) };
    };
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(
        Array.from({ length: dice.between(1, 40) }, () => dice.pick(alphabet)).join(''),
        'latin1',
      );
      const whole = outcome(newParser(), bytes, 0, null);
      const parser = newParser();
      const split = dice.between(0, bytes.length);
      const first = outcome(parser, bytes.subarray(0, split), 0, null);
      if (first.next !== INCOMPLETE) continue;
      assert.ok(parser.bytesWanted > split, 'more is wanted than there was');
      assert.deepEqual(
        outcome(parser, bytes, 0, parser.partial),
        whole,
        JSON.stringify(bytes.toString('latin1')),
      );
    }
  });
});
