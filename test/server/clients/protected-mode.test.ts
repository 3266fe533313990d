import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import type { Transport } from '../../../src/server/frontend.js';
import { JanusServer } from '../../../src/server/server.js';

/** @returns what a connection from this address is told, empty when it is welcome */
function greeting(config: Config, peerAddress: string): string {
  const server = new JanusServer({ declarations: [], config });
  let text = '';
  const transport: Transport = {
    peerAddress,
    localAddress: '192.0.2.1:6379',
    descriptor: -1,
    pendingBytes: 0,
    write: (bytes, start, end) => {
      text += bytes.toString('latin1', start, end);
    },
    pause() {},
    resume() {},
    close() {},
  };
  const session = server.open(transport);
  assert.equal(session === null, text !== '');
  return text;
}

describe('protected mode', () => {
  for (const address of ['127.0.0.1:5000', '127.0.0.2:5000', '[::1]:5000', '/tmp/januskv.sock:0']) {
    it(`lets ${address} in`, () => assert.equal(greeting(new Config(), address), ''));
  }

  for (const address of ['192.0.2.7:5000', '[2001:db8::1]:5000']) {
    it(`refuses ${address} while there is no password, and says what to do`, () => {
      const text = greeting(new Config(), address);
      assert.match(text, /^-DENIED Redis is running in protected mode because .* from the outside\.\r\n$/);
    });

    it(`lets ${address} in when it is off, or there is a password`, () => {
      assert.equal(greeting(new Config({ 'protected-mode': false }), address), '');
      assert.equal(greeting(new Config({ requirepass: 'secret' }), address), '');
    });
  }
});
