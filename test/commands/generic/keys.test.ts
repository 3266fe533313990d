import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { itRandomly } from '../../support/dice.js';

describeCommand('KEYS', ({ call, advance }) => {
  const matching = async (pattern: string): Promise<unknown[]> =>
    ((await call('KEYS', pattern)) as string[]).sort();

  it('returns the keys that match', async () => {
    await call('MSET', 'one', '1', 'two', '2', 'three', '3', 'a[b', '4', '', '5');
    assert.deepEqual(await matching('*'), ['', 'a[b', 'one', 'three', 'two']);
    assert.deepEqual(await matching('t*'), ['three', 'two']);
    assert.deepEqual(await matching('?wo'), ['two']);
    assert.deepEqual(await matching('[^t]*'), ['a[b', 'one']);
    assert.deepEqual(await matching('a\\[*'), ['a[b']);
    assert.deepEqual(await matching('nothing'), []);
    assert.deepEqual(await matching(''), ['']);
  });

  it('leaves out what has expired', async () => {
    await call('SET', 'gone', '1', 'PX', 5);
    await call('SET', 'there', '1');
    advance(6);
    assert.deepEqual(await matching('*'), ['there']);
  });
});

describeCommand('SCAN', ({ call, wire, refused }) => {
  async function scanAll(...options: (string | number)[]): Promise<string[]> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = (await call('SCAN', cursor, ...options)) as [string, string[]];
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
    return [...found].sort();
  }

  async function fill(count: number): Promise<string[]> {
    const keys = Array.from({ length: count }, (_, index) => `key:${index}`);
    await call('MSET', ...keys.flatMap((key) => [key, 'value']));
    return keys.sort();
  }

  it('answers an empty database at once', () => wire('SCAN 0', '*2\r\n$1\r\n0\r\n*0\r\n'));

  it('finds every key, whatever COUNT is', async () => {
    const keys = await fill(1000);
    assert.deepEqual(await scanAll(), keys);
    assert.deepEqual(await scanAll('COUNT', 1), keys);
    assert.deepEqual(await scanAll('count', 100_000), keys);
  });

  it('returns about as many keys as asked for', async () => {
    await fill(10_000);
    const [, keys] = (await call('SCAN', 0, 'COUNT', 500)) as [string, string[]];
    assert.ok(keys.length >= 500 && keys.length < 600, `${keys.length}`);
  });

  it('filters by pattern and by type', async () => {
    await fill(100);
    await call('RPUSH', 'key:list', 'a');
    assert.deepEqual(await scanAll('MATCH', 'key:1?'), [
      'key:10',
      'key:11',
      'key:12',
      'key:13',
      'key:14',
      'key:15',
      'key:16',
      'key:17',
      'key:18',
      'key:19',
    ]);
    assert.deepEqual(await scanAll('TYPE', 'list'), ['key:list']);
    assert.deepEqual(await scanAll('TYPE', 'LIST', 'MATCH', 'x*'), []);
    assert.deepEqual(await scanAll('TYPE', 'unheard-of'), []);
  });

  itRandomly('finds what stays while other keys come and go', async (dice) => {
    const staying = await fill(500);
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = (await call('SCAN', cursor)) as [string, string[]];
      for (const key of keys) found.add(key);
      for (let round = 0; round < 20; round++) {
        const other = `other:${dice.between(0, 5000)}`;
        if (dice.oneIn(3)) await call('DEL', other);
        else await call('SET', other, 'x');
      }
      cursor = next;
    } while (cursor !== '0');
    assert.deepEqual(
      staying.filter((key) => !found.has(key)),
      [],
    );
  });

  it('takes any unsigned 64-bit number for a cursor', async () => {
    for (const cursor of ['18446744073709551615', '-1', '+7', '007', '']) {
      assert.ok(Array.isArray(await call('SCAN', cursor)), cursor);
    }
    for (const cursor of ['18446744073709551616', 'x', '1x', ' 1', '-', '1.5']) {
      await refused('ERR invalid cursor', 'SCAN', cursor);
    }
  });

  it('refuses options that are none', async () => {
    await refused('ERR syntax error', 'SCAN', 0, 'COUNT', 0);
    await refused('ERR value is not an integer or out of range', 'SCAN', 0, 'COUNT', 'x');
    await refused('ERR syntax error', 'SCAN', 0, 'COUNT');
    await refused('ERR syntax error', 'SCAN', 0, 'LIMIT', 5);
    await refused('ERR invalid cursor', 'SCAN', 'x', 'LIMIT', 5);
  });
});

describeCommand('RANDOMKEY DBSIZE', ({ call, wire, advance }) => {
  it('shows no key whose time has come while such are kept', async () => {
    await call('SET', 'stays', 'value');
    for (let index = 0; index < 6; index++) await call('SET', `key:${index}`, 'value', 'PX', 10);
    await call('CLIENT', 'PAUSE', 1000, 'WRITE');
    advance(20);
    for (let round = 0; round < 10; round++) assert.equal(await call('RANDOMKEY'), 'stays');
    assert.equal(await call('DBSIZE'), 7);
    await call('CLIENT', 'UNPAUSE');
  });

  it('choose among all keys', async () => {
    await wire('RANDOMKEY', { resp2: '$-1\r\n', resp3: '_\r\n' });
    await wire('DBSIZE', ':0\r\n');
    await call('MSET', 'a', '1', 'b', '2', 'c', '3');
    await wire('DBSIZE', ':3\r\n');
    const chosen = new Set<unknown>();
    for (let round = 0; round < 100; round++) chosen.add(await call('RANDOMKEY'));
    assert.deepEqual([...chosen].sort(), ['a', 'b', 'c']);
  });
});
