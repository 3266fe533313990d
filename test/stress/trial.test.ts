/**
 * A run has to fail for every mistake a server can make, and for no other reason: shown with a server that
 * makes one on purpose. Linux only, as the lab itself.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Trial } from '../../stress/report/model.js';
import { nodeCommand } from '../../stress/run/generator-process.js';
import { runTrial } from '../../stress/run/trial.js';

const FAULTY_SERVER = fileURLToPath(new URL('./support/faulty-server.ts', import.meta.url));

const CLIENTS = 20;

async function tryServer(mistake: string): Promise<Trial> {
  const command = nodeCommand(FAULTY_SERVER).map((word) => `'${word}'`);
  const group = {
    kind: 'key-value',
    clients: CLIENTS,
    pipeline: 2,
    readPercent: 50,
    keysPerClient: 4,
    valueSizes: [{ bytes: 40, weight: 1 }],
    ratePerSecond: null,
  } as const;
  const spec = {
    scenario: 'test',
    rung: { name: 'few', title: 'few', workload: { groups: [group] } },
    contender: { name: mistake, command: `${command.join(' ')} {port} ${mistake}` },
    round: 1,
    pinning: { serverCores: [], loadCores: [] },
    generators: 1,
    seed: 1,
    warmupMs: 50,
    durationMs: 300,
    finishDeadlineMs: 1000,
    countsSystemCalls: false,
  };
  return (await runTrial(spec, new AbortController().signal, () => {})).trial;
}

describe('the verdict of a trial', function () {
  if (process.platform !== 'linux') {
    it('needs Linux', function () {
      this.skip();
    });
    return;
  }
  this.timeout(30_000);

  it('is passed when every reply is right, and counts every client once', async () => {
    const trial = await tryServer('none');
    assert.deepEqual(trial.failures, []);
    assert.deepEqual(trial.clients, { planned: CLIENTS, connected: CLIENTS, finished: CLIENTS, lost: 0 });
    assert.ok(trial.operations > 0);
    assert.ok(trial.latency.p50Us > 0 && trial.latency.p50Us <= trial.latency.maxUs);
  });

  const MISTAKES: [mistake: string, failure: RegExp][] = [
    ['wrong-value', /^wrong value \(1\)$/],
    ['missing-value', /^wrong value \(1\)$/],
    ['short-value', /^wrong value \(1\)$/],
    ['forgotten-write', /^wrong value \(1\)$/],
    ['error-reply', /^error reply: OOM \(1\)$/],
    ['two-replies', /^(a reply nobody asked for|wrong value) \(1\)$/],
    ['lost-reply', /^(no reply in time|wrong value) \(1\)$/],
    ['lost-client', /^connection lost: (closed by the server|ECONNRESET|EPIPE) \(1\)$/],
  ];
  for (const [mistake, failure] of MISTAKES) {
    it(`is failed by one ${mistake.replace('-', ' ')}, which costs one client`, async () => {
      const trial = await tryServer(mistake);
      assert.match(trial.failures[0] ?? 'passed', failure);
      assert.deepEqual(trial.clients, {
        planned: CLIENTS,
        connected: CLIENTS,
        finished: CLIENTS - 1,
        lost: 1,
      });
      assert.ok(trial.failures.includes(`1 of ${CLIENTS} clients were lost`));
    });
  }

  it('is failed by a count of keys that is not the one written', async () => {
    const { failures } = await tryServer('wrong-count');
    assert.deepEqual(failures, [`${CLIENTS * 4} keys were written, the server counts ${CLIENTS * 4 + 1}`]);
  });

  it('is failed by a server that ends', async () => {
    const { failures, clients } = await tryServer('ended');
    assert.match(failures[0], /^the server ended/);
    assert.equal(clients.lost, CLIENTS);
  });
});
