import assert from 'node:assert/strict';
import { Log } from '../../src/command-line/log.js';
import { Supervisor } from '../../src/command-line/supervisor.js';
import { Config } from '../../src/server/config/config.js';
import { DatagramReceiver } from '../support/datagram-receiver.js';
import { describeOnLinux } from '../support/linux.js';
import { connect } from '../support/socket-client.js';
import { Program } from './support/program.js';

describe('the supervisor', () => {
  /** What it logs, and how often it stops the process. */
  async function begun(supervised: string, environment: Record<string, string>) {
    const config = new Config({ supervised });
    const lines: string[] = [];
    let stops = 0;
    const log = new Log(config, undefined, (line) => lines.push(line));
    const supervisor = new Supervisor(config, log, environment, () => stops++);
    await supervisor.begin(environment);
    supervisor.ready();
    supervisor.stopping();
    return { logged: lines.join(''), stops, name: supervisor.name };
  }

  it('is nobody unless asked for', async () => {
    const environment = { UPSTART_JOB: 'x', NOTIFY_SOCKET: '/nowhere' };
    const nobody = { logged: '', stops: 0, name: 'no' };
    assert.deepEqual(await begun('no', environment), nobody);
    assert.deepEqual(await begun('auto', {}), nobody);
  });

  it('is upstart, which waits until the process stops', async () => {
    for (const supervised of ['upstart', 'auto']) {
      const { logged, stops, name } = await begun(supervised, { UPSTART_JOB: 'januskv' });
      assert.equal(name, 'upstart');
      assert.match(logged, /supervised by upstart, will stop to signal readiness\./);
      assert.equal(stops, 1);
    }
  });

  it('is missed when it was asked for and left no sign', async () => {
    assert.match((await begun('upstart', {})).logged, /UPSTART_JOB not found!/);
    assert.match((await begun('systemd', {})).logged, /NOTIFY_SOCKET not found!/);
  });

  describeOnLinux('is systemd', () => {
    it('that can not be reached: the server goes on, and says so', async () => {
      const { logged } = await begun('systemd', { NOTIFY_SOCKET: '/nowhere/notify' });
      assert.match(logged, /systemd can't be told: connect: ENOENT.*\/nowhere\/notify/);
    });

    it('and is told when the program loads, serves and stops', async () => {
      const name = `januskv-test-${process.pid}`;
      const receiver = await DatagramReceiver.at(`\0${name}`);
      const words = ['--port', '0', '--listen', '127.0.0.1:0', '--supervised', 'auto'];
      const program = new Program(words, '', { NOTIFY_SOCKET: `@${name}` });
      try {
        const [address] = await program.ready();
        const client = await connect(Number(/:(\d+)/.exec(address)?.[1]));
        assert.match(String(await client.call('INFO', 'server')), /process_supervised:systemd/);
        await client.quit();
        program.signal('SIGTERM');
        assert.equal(await program.end(), 0);
        assert.deepEqual(receiver.received(), [
          'STATUS=januskv is loading...',
          'READY=1\nSTATUS=Ready to accept connections',
          'STOPPING=1\nSTATUS=User requested shutdown...',
        ]);
      } finally {
        program.signal('SIGKILL');
        receiver.close();
      }
    });
  });
});
