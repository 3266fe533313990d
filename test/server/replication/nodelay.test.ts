/** `repl-disable-tcp-nodelay`: what connections to replicas are told. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import type { Transport } from '../../../src/server/frontend.js';
import { MemoryServer } from '../../support/memory-server.js';
import { FRONTENDS, startServer } from '../../support/running-server.js';

const SYNC = Buffer.from('PSYNC ? -1\r\n');

/** What the connection of a replica is told. */
function told(isDisabled: boolean, peerAddress: string): boolean[] {
  const calls: boolean[] = [];
  const transport: Transport = {
    peerAddress,
    localAddress: peerAddress,
    descriptor: -1,
    pendingBytes: 0,
    isLocal: true,
    write() {},
    pause() {},
    resume() {},
    close() {},
    setNoDelay: (isOn) => calls.push(isOn),
  };
  const config = new Config({ save: '', 'repl-disable-tcp-nodelay': isDisabled });
  const memory = new MemoryServer({ config });
  try {
    const session = memory.server.open(transport);
    assert.ok(session !== null);
    assert.equal(memory.server.receive(session, SYNC, 0, SYNC.length), SYNC.length);
    memory.server.close(session);
    return calls;
  } finally {
    memory.dispose();
  }
}

describe('a connection to a replica', () => {
  it('sends small pieces at once unless repl-disable-tcp-nodelay says otherwise', () => {
    assert.deepEqual(told(false, '127.0.0.1:50000'), []);
    assert.deepEqual(told(true, '127.0.0.1:50000'), [false]);
  });

  it('of a Unix socket has nothing to be told', () => {
    assert.deepEqual(told(true, '/tmp/janus.sock:0'), []);
  });

  for (const frontend of FRONTENDS) {
    it(`is served with it on ${frontend}`, async () => {
      const server = await startServer({ frontend, config: { 'repl-disable-tcp-nodelay': true } });
      try {
        const replica = await server.connect();
        assert.match((await replica.raw('PSYNC', '?', '-1')).toString(), /^\+FULLRESYNC /);
        await replica.quit();
      } finally {
        await server.stop();
      }
    });
  }
});
