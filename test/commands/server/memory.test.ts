import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('MEMORY USAGE', ({ call, refused, wire, advance }) => {
  it('answers bytes that grow with the value, of every type', async () => {
    const fill: Record<string, (name: string, count: number) => unknown> = {
      string: (name, count) => call('SET', name, 'x'.repeat(count * 10)),
      list: (name, count) => call('RPUSH', name, ...Array.from({ length: count }, (_, i) => `element:${i}`)),
      set: (name, count) => call('SADD', name, ...Array.from({ length: count }, (_, i) => `member:${i}`)),
      hash: (name, count) => call('HSET', name, ...Array.from({ length: count * 2 }, (_, i) => `field:${i}`)),
      zset: (name, count) =>
        call('ZADD', name, ...Array.from({ length: count }, (_, i) => [i, `m:${i}`]).flat()),
    };
    for (const [type, add] of Object.entries(fill)) {
      await add(`small ${type}`, 10);
      await add(`large ${type}`, 1000);
      const small = Number(await call('MEMORY', 'USAGE', `small ${type}`));
      const large = Number(await call('MEMORY', 'USAGE', `large ${type}`, 'SAMPLES', 0));
      assert.ok(small >= 20 && large > small * 8, `${type}: ${small} and ${large} bytes`);
    }
  });

  it('answers for a key whose time has come as long as it is there', async () => {
    await call('SET', 'key', 'value', 'PX', 10);
    advance(20);
    assert.equal(await call('DBSIZE'), 1);
    assert.ok(Number(await call('MEMORY', 'USAGE', 'key')) > 0);
    await call('GET', 'key');
    assert.equal(await call('MEMORY', 'USAGE', 'key'), null);
  });

  it('answers null for a missing key', () =>
    wire('MEMORY USAGE nothing', { resp2: '$-1\r\n', resp3: '_\r\n' }));

  it('refuses what it does not understand', async () => {
    for (const words of [['SAMPLES'], ['SAMPLES', -1], ['FOO', 1]]) {
      await refused('ERR syntax error', 'MEMORY', 'USAGE', 'nothing', ...words);
    }
    await refused(
      'ERR value is not an integer or out of range',
      'MEMORY',
      'USAGE',
      'nothing',
      'SAMPLES',
      'x',
    );
  });
});

describeCommand('MEMORY STATS', ({ node, resp, call }) => {
  it('answers a map of figures, each database that holds keys among them', async () => {
    await call('SET', 'key', 'value', 'EX', 100);
    const { type, items } = await node('MEMORY', 'STATS');
    assert.equal(type, resp === 2 ? '*' : '%');
    const fields = new Map(
      (items ?? []).flatMap((item, index, all) => (index % 2 === 0 ? [[item.text, all[index + 1]]] : [])),
    );
    for (const field of [
      'peak.allocated',
      'total.allocated',
      'startup.allocated',
      'overhead.total',
      'dataset.bytes',
    ]) {
      assert.equal(fields.get(field)?.type, ':', field);
    }
    for (const field of [
      'dataset.percentage',
      'peak.percentage',
      'allocator-fragmentation.ratio',
      'fragmentation',
    ]) {
      assert.equal(fields.get(field)?.type, resp === 2 ? '$' : ',', field);
    }
    assert.equal(fields.get('keys.count')?.text, '1');
    assert.equal(fields.get('db.0')?.items?.[0].text, 'overhead.hashtable.main');
  });
});

describeCommand('MEMORY DOCTOR', ({ node, call, resp }) => {
  it('answers text', async () => {
    assert.equal((await node('MEMORY', 'DOCTOR')).type, resp === 2 ? '$' : '=');
    assert.ok(String(await call('MEMORY', 'MALLOC-STATS')).length > 0);
    assert.equal(await call('MEMORY', 'PURGE'), 'OK');
  });
});
