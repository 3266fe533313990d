import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('LATENCY', ({ call, refused, wire }) => {
  beforeEach(async () => {
    await call('CONFIG', 'SET', 'latency-monitor-threshold', 5);
    await call('LATENCY', 'RESET');
  });
  afterEach(() => call('CONFIG', 'SET', 'latency-monitor-threshold', 0));

  it('remembers events that took longer than the threshold', async () => {
    await call('DEBUG', 'SLEEP', '0.02');
    const [[name, seconds, last, longest]] = (await call('LATENCY', 'LATEST')) as [
      string,
      number,
      number,
      number,
    ][];
    assert.equal(name, 'command');
    assert.ok(last >= 20 && longest === last);
    assert.deepEqual(await call('LATENCY', 'HISTORY', 'command'), [[seconds, last]]);
    assert.equal(await call('LATENCY', 'RESET', 'nothing', 'command'), 1);
    assert.deepEqual(await call('LATENCY', 'HISTORY', 'command'), []);
  });

  it('remembers nothing while the threshold is 0', async () => {
    await call('CONFIG', 'SET', 'latency-monitor-threshold', 0);
    await call('DEBUG', 'SLEEP', '0.02');
    assert.deepEqual(await call('LATENCY', 'LATEST'), []);
  });

  it('draws and explains what it remembers', async () => {
    await call('DEBUG', 'SLEEP', '0.02');
    assert.match(
      String(await call('LATENCY', 'GRAPH', 'command')),
      /^command - high \d+ ms, low \d+ ms \(all time high \d+ ms\)\n-{80}\n/,
    );
    assert.match(String(await call('LATENCY', 'DOCTOR')), /1\. command: 1 latency spikes \(average/);
    await refused("ERR No samples available for event 'nothing'", 'LATENCY', 'GRAPH', 'nothing');
  });

  it('tells how long each command takes', async () => {
    await call('CONFIG', 'RESETSTAT');
    await call('SET', 'key', 'value');
    await call('CLIENT', 'ID');
    const [name, facts] = (await call('LATENCY', 'HISTOGRAM', 'SET')) as [string, unknown[]];
    assert.equal(name, 'set');
    assert.deepEqual(facts.slice(0, 3), ['calls', 1, 'histogram_usec']);
    const names = ((await call('LATENCY', 'HISTOGRAM', 'client', 'nothing', 'get')) as unknown[]).filter(
      (value) => typeof value === 'string',
    );
    assert.deepEqual(names, ['client|id']);
  });

  it('answers empty maps and arrays when it knows nothing', async () => {
    await wire('LATENCY HISTOGRAM nothing', { resp2: '*0\r\n', resp3: '%0\r\n' });
    await wire('LATENCY HISTORY nothing', '*0\r\n');
    await wire('LATENCY RESET nothing', ':0\r\n');
  });
});

describeCommand(
  'LATENCY HISTORY',
  ({ call, advance }) => {
    it('keeps the worst of each second, for 160 seconds', async () => {
      await call('CONFIG', 'SET', 'latency-monitor-threshold', 5);
      for (const ms of [10, 30, 20]) await call('DEBUG', 'SLEEP', ms / 1000);
      assert.deepEqual(await call('LATENCY', 'HISTORY', 'command'), [[1_700_000_000, 30]]);
      for (let second = 0; second < 170; second++) {
        advance(1000);
        await call('DEBUG', 'SLEEP', '0.007');
      }
      assert.equal(((await call('LATENCY', 'HISTORY', 'command')) as unknown[]).length, 160);
      const [[, , last, longest]] = (await call('LATENCY', 'LATEST')) as number[][];
      assert.deepEqual([last, longest], [7, 30]);
    });
  },
  { ourOwn: 'it moves the clock' },
);
