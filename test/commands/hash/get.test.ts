/** HGET, HMGET, HGETALL, HKEYS, HVALS, HEXISTS, HLEN and HSTRLEN, on small hashes and large ones. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NULL = { resp2: '$-1\r\n', resp3: '_\r\n' };

describeCommand('HGET HMGET', ({ call, wire, refused }) => {
  it('answer null for a field, or a key, that is not there', async () => {
    await call('HSET', 'h', 'a', 1, 'b', 'two');
    await wire('HGET h a', '$1\r\n1\r\n');
    await wire('HGET h nothing', NULL);
    await wire('HGET nothing a', NULL);
    await wire('HMGET h b nothing b', {
      resp2: '*3\r\n$3\r\ntwo\r\n$-1\r\n$3\r\ntwo\r\n',
      resp3: '*3\r\n$3\r\ntwo\r\n_\r\n$3\r\ntwo\r\n',
    });
    await wire('HMGET nothing a b', { resp2: '*2\r\n$-1\r\n$-1\r\n', resp3: '*2\r\n_\r\n_\r\n' });
  });

  it('give small integers back as they came', async () => {
    for (const text of [
      '0',
      '-1',
      '007',
      '127',
      '128',
      '-4096',
      '65536',
      '9223372036854775807',
      '1e3',
      ' 1',
    ]) {
      await call('HSET', 'h', text, text);
      assert.equal(await call('HGET', 'h', text), text);
    }
  });

  it('refuse a key of another type', async () => {
    await call('RPUSH', 'l', 'x');
    await refused(WRONG_TYPE, 'HGET', 'l', 'a');
    await refused(WRONG_TYPE, 'HMGET', 'l', 'a', 'b');
  });
});

describeCommand('HGETALL HKEYS HVALS', ({ call, wire, refused }) => {
  it('answer a map, and two arrays in the same order', async () => {
    await call('HSET', 'h', 'a', 1, 'b', 2);
    await wire('HGETALL h', {
      resp2: '*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n',
      resp3: '%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n',
    });
    await wire('HKEYS h', '*2\r\n$1\r\na\r\n$1\r\nb\r\n');
    await wire('HVALS h', '*2\r\n$1\r\n1\r\n$1\r\n2\r\n');
  });

  it('answer nothing for a key that is not there', async () => {
    await wire('HGETALL nothing', { resp2: '*0\r\n', resp3: '%0\r\n' });
    await wire('HKEYS nothing', '*0\r\n');
    await wire('HVALS nothing', '*0\r\n');
  });

  it('show every field of a large hash once, with its value', async () => {
    const fields = Array.from({ length: 1000 }, (_, index) => `field${index}`);
    await call('HSET', 'h', ...fields.flatMap((field) => [field, `value of ${field}`]));
    const all = (await call('HGETALL', 'h')) as string[];
    const names = all.filter((_, index) => index % 2 === 0);
    assert.deepEqual([...names].sort(), [...fields].sort());
    for (const [index, name] of names.entries()) assert.equal(all[2 * index + 1], `value of ${name}`);
    assert.deepEqual(await call('HKEYS', 'h'), names);
    assert.deepEqual(
      await call('HVALS', 'h'),
      names.map((name) => `value of ${name}`),
    );
  });

  it('refuse a key of another type', async () => {
    await call('SET', 's', 'x');
    for (const command of ['HGETALL', 'HKEYS', 'HVALS']) await refused(WRONG_TYPE, command, 's');
  });
});

describeCommand('HEXISTS HLEN HSTRLEN', ({ call, wire, refused }) => {
  it('look without replying with what is there', async () => {
    await call('HSET', 'h', 'a', 'hello', 'number', -1234, 'empty', '');
    await wire('HEXISTS h a', ':1\r\n');
    await wire('HEXISTS h b', ':0\r\n');
    await wire('HEXISTS nothing a', ':0\r\n');
    await wire('HLEN h', ':3\r\n');
    await wire('HLEN nothing', ':0\r\n');
    await wire('HSTRLEN h a', ':5\r\n');
    await wire('HSTRLEN h number', ':5\r\n');
    await wire('HSTRLEN h empty', ':0\r\n');
    await wire('HSTRLEN h b', ':0\r\n');
    await wire('HSTRLEN nothing a', ':0\r\n');
  });

  it('refuse a key of another type', async () => {
    await call('SADD', 's', 'x');
    await refused(WRONG_TYPE, 'HEXISTS', 's', 'x');
    await refused(WRONG_TYPE, 'HLEN', 's');
    await refused(WRONG_TYPE, 'HSTRLEN', 's', 'x');
  });
});
