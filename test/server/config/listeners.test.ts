import assert from 'node:assert/strict';
import { Config, type Settings } from '../../../src/server/config/config.js';
import { configuredListeners } from '../../../src/server/config/listeners.js';

/** Each as one line. */
function listeners(settings: Settings): string[] {
  return configuredListeners(new Config(settings)).map(
    ({ frontend, host, port, path, permissions, isOptional }) =>
      [
        frontend,
        path || `${host} ${port}`,
        permissions.toString(8),
        isOptional ? 'optional' : 'required',
      ].join(' '),
  );
}

describe('configured listeners', () => {
  it("are this machine's own addresses, where nothing is said", () => {
    assert.deepEqual(listeners({}), ['auto 127.0.0.1 6379 0 required', 'auto ::1 6379 0 optional']);
  });

  it('are the addresses of bind', () => {
    assert.deepEqual(listeners({ bind: '* -::*', port: 7000, frontend: 'v1' }), [
      'v1 0.0.0.0 7000 0 required',
      'v1 :: 7000 0 optional',
    ]);
  });

  it('are a Unix socket, alone or beside TCP', () => {
    assert.deepEqual(listeners({ port: 0, unixsocket: '/tmp/x.sock', unixsocketperm: '770' }), [
      'auto /tmp/x.sock 770 required',
    ]);
    assert.equal(listeners({ unixsocket: '/tmp/x.sock' }).length, 3);
  });

  it('are those of listen instead, each with its frontend or the common one', () => {
    assert.deepEqual(
      listeners({ frontend: 'v2', bind: '127.0.0.1', listen: ['v1:7000', '[::1]:7001', 'auto:/tmp/x.sock'] }),
      ['v1 127.0.0.1 7000 0 required', 'v2 ::1 7001 0 required', 'auto /tmp/x.sock 0 required'],
    );
  });

  it('are none, where everything is turned off', () => assert.deepEqual(listeners({ port: 0 }), []));
});
