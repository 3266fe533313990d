/** How many clients make the server look after them how often; the figures are redis-server's. */
import assert from 'node:assert/strict';
import { Config } from '../../src/server/config/config.js';
import { TickFrequency } from '../../src/server/tick-frequency.js';
import { MemoryServer } from '../support/memory-server.js';

const hzFor = (configuredHz: number, clientCount: number, isDynamic = true): number => {
  const frequency = new TickFrequency();
  frequency.configuredHz = configuredHz;
  frequency.isDynamic = isDynamic;
  frequency.follow(clientCount);
  return frequency.hz;
};

describe('the frequency of ticks', () => {
  it('is what is configured while there are at most 200 clients for each tick of a second', () => {
    assert.equal(hzFor(10, 0), 10);
    assert.equal(hzFor(10, 2009), 10);
    assert.equal(hzFor(100, 2010), 100);
  });

  it('doubles until clients are few enough', () => {
    assert.equal(hzFor(10, 2010), 20);
    assert.equal(hzFor(10, 4020), 40);
    assert.equal(hzFor(10, 8000), 40);
    assert.equal(hzFor(1, 1000), 8);
  });

  it('ends at 500', () => {
    assert.equal(hzFor(10, 1_000_000), 500);
    assert.equal(hzFor(500, 1_000_000), 500);
  });

  it('stays with dynamic-hz no', () => {
    assert.equal(hzFor(10, 1_000_000, false), 10);
  });

  it('goes down again with the clients', () => {
    const frequency = new TickFrequency();
    frequency.follow(8000);
    frequency.follow(100);
    assert.equal(frequency.hz, 10);
    assert.equal(frequency.intervalMs, 100);
  });

  it('is told by INFO beside what is configured', async () => {
    const server = new MemoryServer({ config: new Config({ save: '', hz: 1 }) });
    try {
      const clients = Array.from({ length: 300 }, () => server.connect());
      server.tick();
      assert.match(String(await clients[0].call('INFO', 'server')), /\r\nhz:2\r\nconfigured_hz:1\r\n/);
      await clients[0].call('CONFIG', 'SET', 'dynamic-hz', 'no');
      server.tick();
      assert.match(String(await clients[0].call('INFO', 'server')), /\r\nhz:1\r\nconfigured_hz:1\r\n/);
    } finally {
      server.dispose();
    }
  });
});
