import assert from 'node:assert/strict';
import { parseReply, plain } from './reply-node.js';
import { ReplyReader } from './reply-reader.js';

const REPLIES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':-42\r\n',
  '$5\r\na\r\nb\n\r\n',
  '$-1\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*2\r\n*1\r\n:1\r\n$0\r\n\r\n',
  '%1\r\n+key\r\n*2\r\n#t\r\n,1.5\r\n',
  '~2\r\n_\r\n(12345678901234567890\r\n',
  '|1\r\n+ttl\r\n:3\r\n=7\r\ntxt:abc\r\n',
  '>2\r\n+message\r\n!3\r\nERR\r\n',
];

describe('ReplyReader', () => {
  it('cuts a stream into replies wherever it is split', () => {
    const stream = Buffer.from(REPLIES.join(''), 'latin1');
    for (let split = 0; split <= stream.length; split++) {
      const reader = new ReplyReader();
      const found: string[] = [];
      for (const chunk of [stream.subarray(0, split), stream.subarray(split)]) {
        reader.feed(chunk);
        for (let reply = reader.next(); reply !== null; reply = reader.next()) {
          found.push(reply.toString('latin1'));
        }
      }
      assert.deepEqual(found, REPLIES);
    }
  });

  it('gives the RESP2 view of each reply', () => {
    const views = REPLIES.slice(2).map((reply) => plain(parseReply(Buffer.from(reply, 'latin1'))));
    assert.deepEqual(views.slice(0, -1), [
      -42,
      'a\r\nb\n',
      null,
      [],
      null,
      [[1], ''],
      ['key', [1, '1.5']],
      [null, '12345678901234567890'],
      'abc',
    ]);
  });
});
