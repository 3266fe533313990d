/** The proxy as its operators see it: ports, another configuration, the end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describeOnLinux } from '../../support/linux.js';
import { NetClient } from '../support/net-client.js';
import { configOf, Proxied, portOf, readLine, type Status, statusOf } from '../support/proxied.js';
import { until } from '../support/until.js';

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`the proxy's operation, ${trigger}-triggered`, () => {
    const proxied = new Proxied(trigger);

    afterEach(() => proxied.end());

    it('waits for a port that is busy', async () => {
      const one = await proxied.backend('one');
      const stranger = createServer().listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const { port } = stranger.address() as { port: number };
      const server = await proxied.start([{ Targets: [one.target], Ports: [port] }]);
      assert.deepEqual(statusOf(server).ports, [{ port, listening: false }]);
      stranger.close();
      await until(() => statusOf(server).ports[0].listening);
      assert.equal(await readLine(await proxied.connect(server)), 'one');
    });

    it('refuses a port that is not to be had', async () => {
      const one = await proxied.backend('one');
      await assert.rejects(proxied.start([{ Targets: [one.target], Host: '192.0.2.1' }]), {
        code: 'EADDRNOTAVAIL',
      });
    });

    it('serves by another configuration without touching a connection', async () => {
      const [one, two] = [await proxied.backend('one'), await proxied.backend('two')];
      const server = await proxied.start([{ Targets: [one.target] }, { Targets: [two.target] }]);
      const port = portOf(server);
      const client = await proxied.connect(server);
      assert.equal(await readLine(client), 'one');
      await server.reconfigure(
        configOf([{ Targets: [two.target], IdleTimeoutMs: 0, ConnectTimeoutMs: 2900 }]),
      );
      assert.equal(portOf(server), port);
      assert.equal((server.status() as Status).apps.length, 1);
      assert.equal(await readLine(await proxied.connect(server)), 'two');
      client.write('still one?\n');
      assert.equal(await readLine(client), 'still one?');
      await server.reconfigure(configOf([{ Name: 'new', Targets: [one.target] }]));
      assert.equal(await readLine(await proxied.connect(server)), 'one');
      await assert.rejects(NetClient.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' });
      client.write('and now?\n');
      assert.equal(await readLine(client), 'and now?');
    });

    describe('told to stop', () => {
      it('accepts nobody, and ends with the last connection', async () => {
        const one = await proxied.backend('one');
        const server = await proxied.start([{ Targets: [one.target] }], 600_000);
        const port = portOf(server);
        const client = await proxied.connect(server);
        assert.equal(await readLine(client), 'one');
        server.stop();
        await assert.rejects(NetClient.connect({ host: '127.0.0.1', port }), { code: 'ECONNREFUSED' });
        client.write('one more\n');
        assert.equal(await readLine(client), 'one more');
        client.socket.end();
        await client.readToEnd();
        await server.ended;
      });

      it('waits no longer than configured', async () => {
        const one = await proxied.backend('one');
        const server = await proxied.start([{ Targets: [one.target] }], 20);
        const client = await proxied.connect(server);
        assert.equal(await readLine(client), 'one');
        server.stop();
        await server.ended;
        await client.readToEnd();
      });
    });
  });
}
