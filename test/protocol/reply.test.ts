import assert from 'node:assert/strict';
import { Reply } from '../../src/protocol/reply.js';
import { ReplyError } from '../../src/protocol/reply-error.js';
import { itRandomly } from '../support/dice.js';
import { parseReply, plain } from '../support/reply-node.js';
import { ReplyReader } from '../support/reply-reader.js';
import { redisParser } from './support/redis-parser.js';

const FAILURE = new ReplyError('ERR no');

function written(resp: number, write: (reply: Reply) => void): string {
  const reply = new Reply();
  reply.resp = resp;
  write(reply);
  return reply.bytes.toString('latin1', 0, reply.length);
}

describe('Reply', () => {
  const text = Buffer.from('some text');
  const forms: readonly [title: string, write: (reply: Reply) => void, resp2: string, resp3: string][] = [
    ['OK', (reply) => reply.ok(), '+OK\r\n', '+OK\r\n'],
    ['a status', (reply) => reply.simple('QUEUED'), '+QUEUED\r\n', '+QUEUED\r\n'],
    ['an error', (reply) => reply.error(FAILURE), '-ERR no\r\n', '-ERR no\r\n'],
    ['an integer', (reply) => reply.integer(-1234567890123), ':-1234567890123\r\n', ':-1234567890123\r\n'],
    [
      'an integer that is text',
      (reply) => reply.integerText(Buffer.from('x407x'), 1, 4),
      ':407\r\n',
      ':407\r\n',
    ],
    ['a digit', (reply) => reply.integer(7), ':7\r\n', ':7\r\n'],
    [
      'the largest integer',
      (reply) => reply.integer(2 ** 53 - 1),
      ':9007199254740991\r\n',
      ':9007199254740991\r\n',
    ],
    [
      '64 bits',
      (reply) => reply.bigInteger(-(2n ** 63n)),
      ':-9223372036854775808\r\n',
      ':-9223372036854775808\r\n',
    ],
    ['a span', (reply) => reply.bulk(text, 5, 9), '$4\r\ntext\r\n', '$4\r\ntext\r\n'],
    ['nothing', (reply) => reply.emptyBulk(), '$0\r\n\r\n', '$0\r\n\r\n'],
    ['bytes', (reply) => reply.bulkLatin1('\xff\r\n'), '$3\r\n\xff\r\n\r\n', '$3\r\n\xff\r\n\r\n'],
    ['text', (reply) => reply.bulkUtf8('é'), '$2\r\n\xc3\xa9\r\n', '$2\r\n\xc3\xa9\r\n'],
    ['a counter', (reply) => reply.bulkInteger(-1234), '$5\r\n-1234\r\n', '$5\r\n-1234\r\n'],
    ['a null', (reply) => reply.null(), '$-1\r\n', '_\r\n'],
    ['a null array', (reply) => reply.nullArray(), '*-1\r\n', '_\r\n'],
    ['an array', (reply) => reply.array(12), '*12\r\n', '*12\r\n'],
    ['a map', (reply) => reply.map(3), '*6\r\n', '%3\r\n'],
    ['a set', (reply) => reply.set(3), '*3\r\n', '~3\r\n'],
    ['a push', (reply) => reply.push(3), '*3\r\n', '>3\r\n'],
    ['true', (reply) => reply.boolean(true), ':1\r\n', '#t\r\n'],
    ['false', (reply) => reply.boolean(false), ':0\r\n', '#f\r\n'],
    ['a double', (reply) => reply.double(1.5), '$3\r\n1.5\r\n', ',1.5\r\n'],
    ['infinity', (reply) => reply.double(Number.NEGATIVE_INFINITY), '$4\r\n-inf\r\n', ',-inf\r\n'],
    ['a big number', (reply) => reply.bigNumber('123'), '$3\r\n123\r\n', '(123\r\n'],
    ['text for people', (reply) => reply.verbatim('é'), '$2\r\n\xc3\xa9\r\n', '=6\r\ntxt:\xc3\xa9\r\n'],
  ];
  for (const [title, write, resp2, resp3] of forms) {
    it(`writes ${title}`, () => {
      assert.equal(written(2, write), resp2);
      assert.equal(written(3, write), resp3);
    });
  }

  it('replaces line ends in an error, which is a line itself', () => {
    assert.equal(new ReplyError('ERR a\r\nb').bytes.toString(), '-ERR a  b\r\n');
    assert.equal(new ReplyError('ERR a\r\n').bytes.toString(), '-ERR a\r\n');
  });

  it('takes a partial reply back', () => {
    const bytes = written(2, (reply) => {
      reply.ok();
      const mark = reply.mark();
      reply.array(3);
      reply.integer(1);
      reply.rewind(mark);
      reply.error(FAILURE);
    });
    assert.equal(bytes, '+OK\r\n-ERR no\r\n');
  });

  it('counts the elements of an aggregate afterwards, nested ones too', () => {
    const write = (reply: Reply): void => {
      const outer = reply.beginDeferred();
      reply.integer(1);
      const map = reply.beginDeferred();
      for (let pair = 0; pair < 12; pair++) {
        reply.integer(pair);
        reply.null();
      }
      reply.endDeferredMap(map, 12);
      const set = reply.beginDeferred();
      reply.endDeferredSet(set, 0);
      reply.endDeferredArray(outer, 3);
    };
    const pairs = (nothing: string): string =>
      Array.from({ length: 12 }, (_, pair) => `:${pair}\r\n${nothing}`).join('');
    assert.equal(written(2, write), `*3\r\n:1\r\n*24\r\n${pairs('$-1\r\n')}*0\r\n`);
    assert.equal(written(3, write), `*3\r\n:1\r\n%12\r\n${pairs('_\r\n')}~0\r\n`);
  });

  it('grows for a large reply and is small again once it was taken', () => {
    const reply = new Reply();
    const before = reply.bytes.length;
    const large = Buffer.alloc(20 * 1024 * 1024, 'x');
    reply.bulk(large, 0, large.length);
    assert.equal(reply.length, large.length + 13);
    assert.ok(reply.bytes.subarray(11, 11 + large.length).equals(large));
    reply.reset();
    assert.equal(reply.length, 0);
    assert.equal(reply.bytes.length, before);
  });

  itRandomly('writes what redis-parser and our own reader read alike', (dice) => {
    for (let round = 0; round < 2000; round++) {
      const reply = new Reply();
      const expected = writeRandom(reply, dice.between(0, 4));
      const bytes = Buffer.from(reply.bytes.subarray(0, reply.length));
      assert.deepEqual(redisParser(bytes), expected);
      const reader = new ReplyReader();
      reader.feed(bytes);
      const own = reader.next();
      assert.ok(own !== null);
      assert.deepEqual(plain(parseReply(own)), expected);
    }

    /** Writes any value. @returns what a client reads */
    function writeRandom(reply: Reply, depth: number): unknown {
      switch (dice.between(0, depth > 0 ? 8 : 5)) {
        case 0: {
          const value = dice.between(-1e6, 1e6) * (dice.oneIn(3) ? 1e9 : 1);
          reply.integer(value);
          return value;
        }
        case 1: {
          const bytes = dice.bytes(dice.between(0, dice.oneIn(10) ? 5000 : 70));
          reply.bulk(bytes, 0, bytes.length);
          return bytes.toString('latin1');
        }
        case 2:
          reply.null();
          return null;
        case 3: {
          const value = dice.between(-1e6, 1e6);
          reply.bulkInteger(value);
          return String(value);
        }
        case 4:
          reply.ok();
          return 'OK';
        case 5: {
          const value = dice.between(-1000, 1000) / 8;
          reply.double(value);
          return String(value);
        }
        default: {
          const count = dice.between(0, 12);
          const isDeferred = dice.oneIn(2);
          const mark = reply.beginDeferred();
          if (!isDeferred) reply.array(count);
          const items = Array.from({ length: count }, () => writeRandom(reply, depth - 1));
          if (isDeferred) reply.endDeferredArray(mark, count);
          return items;
        }
      }
    }
  });
});
