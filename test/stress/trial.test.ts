/**
 * A run has to fail for every mistake a server can make, and for no other reason: shown with a server that
 * makes one on purpose. Linux only, as the lab itself.
 */
import assert from 'node:assert/strict';
import type { Trial } from '../../stress/report/model.js';
import { describeOnLinux } from '../support/linux.js';
import { keyValueGroup, tryGroups } from './support/faulty-trial.js';

const CLIENTS = 20;

function tryServer(mistake: string): Promise<Trial> {
  return tryGroups(mistake, [keyValueGroup(CLIENTS)]);
}

describeOnLinux('the verdict of a trial', function () {
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

  it('counts idle connections like any others', async () => {
    const trial = await tryGroups('none', [keyValueGroup(5), { kind: 'idle', clients: 50 }]);
    assert.deepEqual(trial.failures, []);
    assert.deepEqual(trial.clients, { planned: 55, connected: 55, finished: 55, lost: 0 });
  });

  it('expects nothing of clients that never read or never finish a request', async () => {
    const trial = await tryGroups('none', [
      keyValueGroup(5),
      { kind: 'never-reads', clients: 2, requests: 500, valueBytes: 16_384 },
      { kind: 'trickle', clients: 2, byteIntervalMs: 50 },
    ]);
    assert.deepEqual(trial.failures, []);
    assert.deepEqual(trial.clients, { planned: 9, connected: 9, finished: 9, lost: 0 });
  });

  it('counts a client of a storm once, however often it comes', async () => {
    const trial = await tryGroups('none', [{ kind: 'storm', clients: 30, valueBytes: 40 }]);
    assert.deepEqual(trial.failures, []);
    assert.deepEqual(trial.clients, { planned: 30, connected: 30, finished: 30, lost: 0 });
    assert.ok(trial.operations > 30, `${trial.operations} visits`);
  });

  it('is failed by one wrong value in a storm', async () => {
    const trial = await tryGroups('wrong-value', [{ kind: 'storm', clients: 30, valueBytes: 40 }]);
    assert.equal(trial.failures[0], 'wrong value (1)');
    assert.equal(trial.clients.lost, 1);
  });

  const PUBSUB = {
    kind: 'pubsub',
    clients: 16,
    channels: 4,
    subscribersPerChannel: 3,
    messageBytes: 40,
    ratePerSecond: null,
  } as const;

  it('is passed when every subscriber gets every message, in closed and open loops', async () => {
    for (const ratePerSecond of [null, 2000]) {
      const trial = await tryGroups('none', [{ ...PUBSUB, ratePerSecond }]);
      assert.deepEqual(trial.failures, []);
      assert.deepEqual(trial.clients, { planned: 16, connected: 16, finished: 16, lost: 0 });
      assert.ok(trial.operations > 50, `${trial.operations} deliveries`);
    }
  });

  for (const mistake of ['lost-message', 'wrong-message', 'repeated-message', 'wrong-receivers']) {
    it(`is failed by one ${mistake.replace('-', ' ')}`, async () => {
      const trial = await tryGroups(mistake, [{ ...PUBSUB, ratePerSecond: 2000 }]);
      assert.notDeepEqual(trial.failures, []);
      assert.ok(trial.clients.lost > 0);
    });
  }
});
