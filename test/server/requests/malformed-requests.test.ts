import assert from 'node:assert/strict';
import { itRandomly } from '../../support/dice.js';
import { exchangeBytes } from '../../support/exchange.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import { startServer, type TestServer } from '../../support/running-server.js';
import { show } from '../../support/words.js';

const KIB = 1024;
const PING = '*1\r\n$4\r\nPING\r\n';

/** Streams that break the protocol, stretch it, or end too early, each followed by the end of the sending side. */
const STREAMS: readonly string[] = [
  `${PING}*abc\r\n${PING}`,
  `*-1\r\n*0\r\n\r\n${PING}`,
  `*+1\r\n${PING}`,
  `*01\r\n${PING}`,
  '*1\r\r\n',
  '*1\n$4\r\nPING\r\n',
  '*2147483648\r\n',
  '*2147483647\r\n',
  `*\r\n${PING}`,
  '*-0\r\n',
  '*1\r\n:1\r\n',
  '*1\r\n\r\n',
  '*1\r\n$-1\r\n',
  '*1\r\n$\r\n',
  '*1\r\n$01\r\na\r\n',
  '*1\r\n$-0\r\n',
  '*1\r\n$536870913\r\n',
  '*1\r\n$4 \r\nPING\r\n',
  '*1\r\n$4\nPING\r\n',
  `*1\r\n$4\r\nPINGxx${PING}`,
  '*1\r\n$4\rxPING\r\n',
  '*1\r\n$4\r\nPIN',
  '*1\r\n$0\r\n\r\n',
  'PING\r\nPING\n\n PING \t x\r\n',
  "PING 'a\r\n",
  'PING "a"b\r\n',
  'PING "a\\x41\\n\\"" \'it\\\'s\'\r\n',
  'PING "a\\x41\\n\\""\r\n',
  'PING\x0bx\r\n',
  'PING "\\xzz"\r\n',
  'PING a\rb\r\n',
  '"" a\r\n',
  'PING a"b"\r\n',
  `${'A'.repeat(64 * KIB)}\r\n`,
  'A'.repeat(64 * KIB + 1),
  `*${'1'.repeat(64 * KIB - 1)}`,
  `*${'1'.repeat(64 * KIB)}`,
  `*1\r\n$${'1'.repeat(64 * KIB - 1)}`,
  `*1\r\n$${'1'.repeat(64 * KIB)}`,
  `*1\r\n${'x'.repeat(70 * KIB)}`,
  // Nobody looks behind a NUL for the end of a line.
  `*1\r\n$4\0\r\nPING\r\n${PING}`,
  `*1\0\r\n$4\r\nPING\r\n${PING}`,
  `PING\0\r\n${PING}`,
  '\x16\x03\x01\0\r\nPING\r\n',
  // Unknown commands show their beginning.
  'FOO bar\r\n',
  'foo 1 2 3\r\n',
  `foo ${'x'.repeat(300)} y\r\n`,
  `${'f'.repeat(300)} ${'x'.repeat(10)} y z\r\n`,
  `foo${' 1234567890'.repeat(30)}\r\n`,
  '*2\r\n$3\r\nfoo\r\n$5\r\na\r\nb\n\r\n',
  '*2\r\n$3\r\nf\ro\r\n$1\r\n\xff\r\n',
  '*2\r\n$4\r\nfo\0o\r\n$3\r\na\0b\r\n',
  '*2\r\n$6\r\nCLIENT\r\n$3\r\na\0b\r\n',
  'GET\r\n',
  'get a b\r\n',
  `QUIT\r\n${PING}`,
  `${PING}QUIT\r\n${PING}`,
  // A browser's request is not run line by line.
  `POST / HTTP/1.1\r\nHost: localhost\r\n\r\n${PING}`,
  `GET / HTTP/1.1\r\nHost: localhost\r\n${PING}`,
];

describeWithReference('A stream that is no proper request', () => {
  let reference: ReferenceServer;
  let server: TestServer;

  before(async () => {
    reference = await startReference();
    server = await startServer({ frontend: 'v1' });
  });
  after(() => Promise.all([reference.stop(), server.stop()]));

  async function compare(...chunks: readonly Buffer[]): Promise<void> {
    const [ours, theirs] = await Promise.all([
      exchangeBytes(server.port, ...chunks),
      exchangeBytes(reference.port, ...chunks),
    ]);
    assert.equal(show(ours, 2000), show(theirs, 2000), `after ${show(Buffer.concat(chunks))}`);
  }

  for (const stream of STREAMS) {
    const bytes = Buffer.from(stream, 'latin1');
    it(`is answered as redis-server answers it: ${show(bytes, 60)}`, () => compare(bytes));
  }

  itRandomly('is answered alike when it is random', async (dice) => {
    const pieces = [
      '*1\r\n',
      '$4\r\n',
      'PING',
      '\r\n',
      '*',
      '$',
      '1',
      '-',
      '\r',
      '\n',
      '"',
      "'",
      '\\x41',
      ' ',
      '\0',
      'ECHO a',
      PING,
    ];
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: dice.between(1, 12) }, () => dice.pick(pieces)).join('');
      const bytes = Buffer.from(text, 'latin1');
      const split = dice.between(0, bytes.length);
      await compare(bytes.subarray(0, split), bytes.subarray(split));
    }
  });
});
