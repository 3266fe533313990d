import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';

const SICILY = ['13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'];
const FROM = ['FROMLONLAT', 15, 37] as const;

describeCommand('GEOSEARCH', ({ call, refused }) => {
  it('finds what is in a circle or a box, in order', async () => {
    await call('GEOADD', 'k', ...SICILY);
    assert.deepEqual(await call('GEOSEARCH', 'k', ...FROM, 'BYRADIUS', 200, 'km', 'ASC'), [
      'Catania',
      'Palermo',
    ]);
    assert.deepEqual(await call('GEOSEARCH', 'k', ...FROM, 'BYRADIUS', 100, 'km'), ['Catania']);
    const box = ['FROMMEMBER', 'Palermo', 'BYBOX', 400, 400, 'km', 'DESC'] as const;
    assert.deepEqual(await call('GEOSEARCH', 'k', ...box), ['Catania', 'Palermo']);
  });

  it('tells details in a fixed order', async () => {
    await call('GEOADD', 'k', ...SICILY);
    const details = ['WITHCOORD', 'WITHHASH', 'WITHDIST'] as const;
    assert.deepEqual(await call('GEOSEARCH', 'k', ...FROM, 'BYRADIUS', 100, 'km', ...details), [
      ['Catania', '56.4413', 3479447370796909, ['15.08726745843887329', '37.50266842333162032']],
    ]);
  });

  it('takes the nearest with COUNT, and any with ANY', async () => {
    await call('GEOADD', 'k', ...SICILY);
    const area = [...FROM, 'BYRADIUS', 200, 'km', 'COUNT', 1] as const;
    assert.deepEqual(await call('GEOSEARCH', 'k', ...area), ['Catania']);
    assert.equal(((await call('GEOSEARCH', 'k', ...area, 'ANY')) as unknown[]).length, 1);
  });

  it('refuses what contradicts itself, also without a key', async () => {
    const from = 'ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch';
    await refused(from, 'geosearch', 'k', 'BYRADIUS', 1, 'm', 'ASC', 'DESC');
    const by = 'ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH';
    await refused(by, 'GEOSEARCH', 'k', ...FROM, 'ASC', 'DESC');
    const area = [...FROM, 'BYRADIUS', 1, 'm'] as const;
    await refused('ERR the ANY argument requires COUNT argument', 'GEOSEARCH', 'k', ...area, 'ANY');
    await refused('ERR COUNT must be > 0', 'GEOSEARCH', 'k', ...area, 'COUNT', 0);
    await refused('ERR radius cannot be negative', 'GEOSEARCH', 'k', ...FROM, 'BYRADIUS', -1, 'm');
    await refused('ERR syntax error', 'GEOSEARCH', 'k', ...area, 'STOREDIST');
    assert.deepEqual(await call('GEOSEARCH', 'k', 'FROMMEMBER', 'a', 'BYRADIUS', 1, 'm'), []);
  });

  it('refuses a member that is not there', async () => {
    await call('GEOADD', 'k', ...SICILY);
    const message = 'ERR could not decode requested zset member';
    await refused(message, 'GEOSEARCH', 'k', 'FROMMEMBER', 'Rome', 'BYRADIUS', 1, 'm');
  });
});

describeCommand('GEOSEARCHSTORE', ({ call }) => {
  it('stores positions, or distances with STOREDIST', async () => {
    await call('GEOADD', 'k', ...SICILY);
    const area = [...FROM, 'BYRADIUS', 200, 'km'] as const;
    assert.equal(await call('GEOSEARCHSTORE', 'to', 'k', ...area), 2);
    assert.equal(await call('ZSCORE', 'to', 'Palermo'), '3479099956230698');
    assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'listpack');
    assert.equal(await call('GEOSEARCHSTORE', 'k', 'k', ...area, 'COUNT', 1, 'STOREDIST'), 1);
    assert.match(String(await call('ZSCORE', 'k', 'Catania')), /^56\.44125787015/);
  });

  it('removes the destination when nothing is found', async () => {
    await call('SET', 'to', 'x');
    assert.equal(await call('GEOSEARCHSTORE', 'to', 'nothing', ...FROM, 'BYRADIUS', 1, 'm'), 0);
    assert.equal(await call('EXISTS', 'to'), 0);
  });
});

describe('a destination of GEOSEARCHSTORE', () => {
  it('is announced as new only if it is', async () => {
    const memory = new MemoryServer();
    const [client, listener] = [memory.connect(), memory.connect(3)];
    await client.call('GEOADD', 'k', ...SICILY);
    await client.call('CONFIG', 'SET', 'notify-keyspace-events', 'Enz');
    void listener.raw('PSUBSCRIBE', '*');
    await listener.push();
    for (let times = 2; times > 0; times--) {
      await client.call('GEOSEARCHSTORE', 'to', 'k', ...FROM, 'BYRADIUS', 200, 'km');
    }
    for (const event of ['new', 'geosearchstore', 'geosearchstore']) {
      assert.deepEqual(await listener.push(), ['pmessage', '*', `__keyevent@0__:${event}`, 'to']);
    }
  });
});

describeCommand('GEORADIUS GEORADIUSBYMEMBER', ({ call, refused }) => {
  it('search and store', async () => {
    await call('GEOADD', 'k', ...SICILY);
    assert.deepEqual(await call('GEORADIUS', 'k', 15, 37, 200, 'km', 'DESC'), ['Palermo', 'Catania']);
    assert.equal(await call('GEORADIUS', 'k', 15, 37, 200, 'km', 'STORE', 'to'), 2);
    assert.equal(await call('GEORADIUSBYMEMBER', 'k', 'Palermo', 1, 'm', 'STOREDIST', 'to'), 1);
    assert.equal(await call('ZSCORE', 'to', 'Palermo'), '0');
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'GEORADIUS', 'k', 1, 1, 1, 'm', 'STORE', 'to'), [
      'k',
      'to',
    ]);
  });

  it('store nothing in the read-only forms, and no details', async () => {
    await refused('ERR syntax error', 'GEORADIUS_RO', 'k', 1, 1, 1, 'm', 'STORE', 'to');
    await refused('ERR syntax error', 'GEORADIUSBYMEMBER_RO', 'k', 'a', 1, 'm', 'STOREDIST', 'to');
    await refused(
      'ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options',
      ...['GEORADIUS', 'k', 1, 1, 1, 'm', 'STORE', 'to', 'WITHDIST'],
    );
  });
});
