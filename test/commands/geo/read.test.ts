import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const SICILY = ['13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'];

describeCommand('GEODIST', ({ call, refused }) => {
  it('measures in metres unless another unit is named, with four decimals', async () => {
    await call('GEOADD', 'k', ...SICILY);
    assert.equal(await call('GEODIST', 'k', 'Palermo', 'Catania'), '166274.1516');
    assert.equal(await call('GEODIST', 'k', 'Palermo', 'Catania', 'KM'), '166.2742');
    assert.equal(await call('GEODIST', 'k', 'Palermo', 'Catania', 'mi'), '103.3182');
    assert.equal(await call('GEODIST', 'k', 'Palermo', 'Palermo'), '0.0000');
  });

  it('answers null for a missing place or key, and refuses unknown units first', async () => {
    await call('GEOADD', 'k', ...SICILY);
    assert.equal(await call('GEODIST', 'k', 'Palermo', 'Rome'), null);
    assert.equal(await call('GEODIST', 'nothing', 'a', 'b'), null);
    const message = 'ERR unsupported unit provided. please use M, KM, FT, MI';
    await refused(message, 'GEODIST', 'nothing', 'a', 'b', 'x');
    await refused('ERR syntax error', 'GEODIST', 'k', 'a', 'b', 'm', 'm');
  });
});

describeCommand('GEOHASH GEOPOS', ({ call, wire, resp }) => {
  it('tell where places are', async () => {
    await call('GEOADD', 'k', ...SICILY);
    assert.deepEqual(await call('GEOHASH', 'k', 'Palermo', 'Catania', 'Rome'), [
      'sqc8b49rny0',
      'sqdtr74hyu0',
      null,
    ]);
    assert.deepEqual(await call('GEOPOS', 'k', 'Catania', 'Rome'), [
      ['15.08726745843887329', '37.50266842333162032'],
      null,
    ]);
    assert.deepEqual(await call('GEOPOS', 'k'), []);
  });

  it('GEOPOS replies doubles in RESP3', async () => {
    await call('GEOADD', 'k', ...SICILY);
    const text = '13.36138933897018433';
    const expected = resp === 2 ? `*1\r\n*2\r\n$20\r\n${text}\r\n` : `*1\r\n*2\r\n,${text}\r\n`;
    const rest = '38.11555639549629859';
    await wire('GEOPOS k Palermo', expected + (resp === 2 ? `$20\r\n${rest}\r\n` : `,${rest}\r\n`));
  });

  it('read any score as a position', async () => {
    await call('ZADD', 'k', -5, 'a', '1e300', 'b', '-inf', 'c', '3.7', 'd');
    assert.equal(((await call('GEOHASH', 'k', 'a', 'b', 'c', 'd')) as unknown[]).length, 4);
  });
});
