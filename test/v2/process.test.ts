/** What takes a process of its own to see: too few descriptors, and a bug that must not be swallowed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describeOnLinux } from '../support/linux.js';
import { NetClient } from './support/net-client.js';

/** Node, tsx and koffi have some 40 open. */
const DESCRIPTORS = 100;
const CLIENTS = 150;

describeOnLinux('v2 in a process of its own', () => {
  let child: ChildProcess | null = null;
  const clients: NetClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    if (child === null || child.exitCode !== null) return;
    child.stdin?.end();
    await once(child, 'exit');
  });

  /** @returns the port it prints */
  async function start(script: string, descriptors: number): Promise<number> {
    const path = fileURLToPath(new URL(`./support/${script}`, import.meta.url));
    const command = `ulimit -n ${descriptors}; exec "$0" --import tsx "$1"`;
    child = spawn('sh', ['-c', command, process.execPath, path], { stdio: ['pipe', 'pipe', 'pipe'] });
    const [output] = await once(child.stdout!, 'data');
    return Number(output);
  }

  async function connect(port: number): Promise<NetClient> {
    const client = await NetClient.connect({ port, host: '127.0.0.1' });
    clients.push(client);
    return client;
  }

  async function counters(client: NetClient) {
    client.write('counters\n');
    let text = '';
    while (!text.endsWith('\n')) text += (await client.read(1)).toString();
    return JSON.parse(text);
  }

  it('answers clients beyond its descriptors, survives without a spin, and serves the next ones', async () => {
    const port = await start('limited-server.ts', DESCRIPTORS);
    const first = await connect(port);
    const crowd = await Promise.all(Array.from({ length: CLIENTS }, () => connect(port)));
    const answers = await Promise.all(
      crowd.map(async (client) => {
        client.write('hello\n');
        return (await client.read(1)).toString();
      }),
    );
    const served = answers.filter((answer) => answer === 'served\n').length;
    const refused = answers.filter((answer) => answer === '-ERR max number of clients reached\r\n').length;
    // A refusal may be overtaken by the reset that answers the client's own request.
    const reset = crowd.filter((client, index) => answers[index] === '' && client.error !== null).length;
    assert.equal(served + refused + reset, CLIENTS);
    assert.ok(served > 10 && refused > 0, `served ${served}, refused ${refused}`);

    const before = await counters(first);
    assert.equal(before.acceptErrors, refused + reset);
    assert.match(before.reports[0], /accept4: EMFILE/);
    const after = await counters(first);
    assert.ok(after.turns - before.turns < 10, 'the loop turned without events');

    for (const client of crowd) client.destroy();
    const counted = () => counters(first).then(({ closed }) => closed);
    while ((await counted()) < served) await new Promise(setImmediate);
    const next = await connect(port);
    next.write('hello\n');
    assert.equal((await next.read(7)).toString(), 'served\n');
  });

  it('crashes loudly for a bug in a handler', async () => {
    const port = await start('throwing-server.ts', 1000);
    let errors = '';
    child?.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    const client = await connect(port);
    client.write('hello\n');
    const [code] = await once(child as ChildProcess, 'exit');
    assert.notEqual(code, 0);
    assert.match(errors, /a bug in the server/);
  });
});
