/** What `createServer` is given, and what it refuses. */
import assert from 'node:assert/strict';
import { type CreateServerOptions, createServer } from '../../src/index.js';
import { connect } from '../support/socket-client.js';

/** As programs without types may call it. */
const WRONG: readonly [options: unknown, message: RegExp][] = [
  [null, /^options must be an object, and is null$/],
  [6379, /^options must be an object, and is 6379$/],
  [{ prot: 0 }, /^options\.prot is no option: there are backlog, config, .*port/],
  [{ port: '0' }, /^options\.port must be a whole number from 0 to 65535, and is '0'$/],
  [{ port: 65536 }, /^options\.port must be a whole number from 0 to 65535, and is 65536$/],
  [{ port: Number.NaN }, /^options\.port .* is NaN$/],
  [{ port: 0, host: '' }, /^options\.host must be a host, and is ''$/],
  [{ port: 0, frontend: 'v9' }, /^options\.frontend must be 'auto', 'v1' or 'v2', and is 'v9'$/],
  [{ path: '' }, /^options\.path must be a path of 1 to \d+ bytes, and is ''$/],
  [{ path: `/tmp/${'x'.repeat(120)}` }, /^options\.path must be a path of 1 to \d+ bytes/],
  [{ path: '/tmp/januskv.sock', port: 0 }, /^options\.port has no place beside options\.path$/],
  [{ listen: [] }, /^options\.listen must be an array of addresses, and is \[\]$/],
  [{ listen: { port: 0 } }, /^options\.listen must be an array of addresses/],
  [{ listen: [{ port: 0 }], port: 0 }, /^options\.port has no place beside options\.listen$/],
  [{ listen: [{ port: 0 }, { port: -1 }] }, /^options\.listen\[1\]\.port must be a whole number/],
  [{ listen: [{ config: {} }] }, /^options\.listen\[0\]\.config is no option/],
  [{ port: 0, backlog: 0 }, /^options\.backlog must be a whole number from 1 on, and is 0$/],
  [{ port: 0, config: 'maxmemory 1mb' }, /^options\.config must be an object with directives/],
  [{ port: 0, config: { maxmemory: {} } }, /^options\.config: maxmemory must be text, a number, .* is \{\}$/],
  [{ port: 0, config: { maxmemory: 'much' } }, /^maxmemory: argument must be a memory value$/],
  [{ port: 0, config: { maxmemry: '1mb' } }, /^maxmemry: /],
  [{ port: 0, signal: 'now' }, /^options\.signal must be an AbortSignal/],
  [{ port: 0, report: true }, /^options\.report must be a function, and is true$/],
  [{ port: 0, log: 'x' }, /^options\.log must be a function/],
];

describe('Options of createServer', () => {
  for (const [options, message] of WRONG) {
    it(`are refused when wrong: ${JSON.stringify(options)?.slice(0, 60)}`, async () => {
      await assert.rejects(createServer(options as CreateServerOptions), { name: 'TypeError', message });
    });
  }

  it('that are undefined count as absent', async () => {
    const config = { maxmemory: undefined, databases: 3 };
    await using server = await createServer({
      port: 0,
      host: undefined,
      frontend: 'v1',
      log: undefined,
      config,
    });
    assert.equal(server.host, '127.0.0.1');
    const client = await connect(server.port);
    assert.deepEqual(await client.call('CONFIG', 'GET', 'databases'), ['databases', '3']);
    await client.quit();
  });

  it('name a frontend for all addresses that name none', async () => {
    await using server = await createServer({ frontend: 'v1', listen: [{ port: 0 }, { port: 0 }] });
    assert.deepEqual(
      server.addresses.map(({ frontend }) => frontend),
      ['v1', 'v1'],
    );
  });
});
