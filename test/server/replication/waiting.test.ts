/** A replica that waits for its snapshot: when it begins, and what keeps the connection alive until then. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import type { Transport } from '../../../src/server/frontend.js';
import { MemoryServer } from '../../support/memory-server.js';

const DELAY_SECONDS = 5;

/** What a replica is sent in the seconds after it asked, in pieces of a second. */
function sentEachSecond(seconds: number, ...requests: readonly string[]): string[] {
  let sent = '';
  const transport: Transport = {
    peerAddress: '127.0.0.1:50000',
    localAddress: '127.0.0.1:6379',
    descriptor: -1,
    pendingBytes: 0,
    isLocal: true,
    write(bytes, start, end) {
      sent += bytes.toString('latin1', start, end);
    },
    pause() {},
    resume() {},
    close() {},
    setNoDelay() {},
  };
  const config = new Config({ save: '', 'repl-diskless-sync-delay': DELAY_SECONDS });
  const memory = new MemoryServer({ config });
  try {
    const session = memory.server.open(transport);
    assert.ok(session !== null);
    for (const request of requests) {
      const bytes = Buffer.from(`${request}\r\n`);
      assert.equal(memory.server.receive(session, bytes, 0, bytes.length), bytes.length);
    }
    const pieces: string[] = [];
    for (let second = 0; second < seconds; second++) {
      sent = '';
      for (let tenth = 0; tenth < 10; tenth++) {
        memory.advance(100);
        memory.server.tick();
      }
      pieces.push(sent);
    }
    memory.server.close(session);
    return pieces;
  } finally {
    memory.dispose();
  }
}

describe('a replica that waits for a snapshot', () => {
  it('hears every second that the master is there, so that a short repl-timeout does not end it', () => {
    const pieces = sentEachSecond(DELAY_SECONDS + 1, 'REPLCONF capa eof', 'PSYNC ? -1');
    for (const piece of pieces.slice(1, DELAY_SECONDS - 1)) assert.equal(piece, '\n');
    assert.match(pieces.join(''), /\+FULLRESYNC \w+ \d+\r\n\$EOF:\w{40}\r\n/);
  });

  it('waits for nobody else when it has to know the length of the snapshot', () => {
    const [piece] = sentEachSecond(1, 'PSYNC ? -1');
    assert.match(piece, /^\n*\+FULLRESYNC \w+ \d+\r\n\n*\$\d+\r\nREDIS/);
  });
});
