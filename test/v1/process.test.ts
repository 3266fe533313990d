/** What takes a process of its own to see: too few descriptors. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endOf } from '../support/child-process.js';
import { NetClient } from '../v2/support/net-client.js';

/** Node and tsx have some 40 open. */
const DESCRIPTORS = 100;
const CLIENTS = 150;

const isWindows = process.platform === 'win32';
const title = 'v1 in a process of its own';

(isWindows ? describe.skip : describe)(
  isWindows ? `${title} (skipped: Windows has no ulimit)` : title,
  () => {
    let child: ChildProcess;
    const clients: NetClient[] = [];

    afterEach(async () => {
      for (const client of clients.splice(0)) client.destroy();
      child.stdin?.end();
      await endOf(child);
    });

    it('closes what comes beyond its descriptors, serves the others, and the next ones', async () => {
      const path = fileURLToPath(new URL('./support/limited-server.ts', import.meta.url));
      child = spawn('sh', [
        '-c',
        `ulimit -n ${DESCRIPTORS}; exec "$0" --import tsx "$1"`,
        process.execPath,
        path,
      ]);
      const [output] = await once(child.stdout!, 'data');
      const port = Number(output);
      const connect = async (): Promise<NetClient> => {
        const client = await NetClient.connect({ port, host: '127.0.0.1' });
        clients.push(client);
        return client;
      };
      const ask = async (client: NetClient): Promise<string> => {
        client.write('hello\n');
        return (await client.read(6)).toString();
      };
      const first = await connect();
      const crowd = await Promise.all(Array.from({ length: CLIENTS }, connect));
      const answers = await Promise.all(crowd.map(ask));
      const served = answers.filter((answer) => answer === 'hello\n').length;
      assert.ok(served > 0 && served < CLIENTS, `${served} were served`);
      assert.ok(answers.every((answer) => answer === 'hello\n' || answer === ''));
      assert.equal(await ask(first), 'hello\n');
      for (const client of crowd) client.destroy();
      // Their descriptors come back when the server sees them gone.
      for (let answer = ''; answer === ''; answer = await ask(await connect()));
      assert.equal(child.exitCode, null);
    });
  },
);
