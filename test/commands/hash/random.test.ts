/** HRANDFIELD: one field, several different ones, or as many as asked with repetitions. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('HRANDFIELD', ({ resp, call, wire, refused, node }) => {
  it('answers one field, or null', async () => {
    await call('HSET', 'h', 'a', 1);
    await wire('HRANDFIELD h', '$1\r\na\r\n');
    await wire('HRANDFIELD nothing', { resp2: '$-1\r\n', resp3: '_\r\n' });
  });

  it('answers an array as soon as there is a count', async () => {
    await call('HSET', 'h', 'a', 1);
    await wire('HRANDFIELD h 5', '*1\r\n$1\r\na\r\n');
    await wire('HRANDFIELD h -3', '*3\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n');
    await wire('HRANDFIELD h 0', '*0\r\n');
    await wire('HRANDFIELD nothing 3', '*0\r\n');
  });

  it('shows values flat in RESP2, as pairs in RESP3', async () => {
    await call('HSET', 'h', 'a', 1);
    await wire('HRANDFIELD h 1 withvalues', {
      resp2: '*2\r\n$1\r\na\r\n$1\r\n1\r\n',
      resp3: '*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n',
    });
    await wire('HRANDFIELD nothing 1 WITHVALUES', '*0\r\n');
  });

  for (const [name, value] of [
    ['small', '1'],
    ['large', 'x'.repeat(100)],
  ]) {
    it(`draws different fields of a ${name} hash, each with its own value`, async () => {
      const fields = Array.from({ length: 40 }, (_, index) => `field${index}`);
      await call('HSET', 'h', ...fields.flatMap((field) => [field, field + value]));
      for (const count of [1, 10, 35, 40, 100]) {
        const { items } = await node('HRANDFIELD', 'h', count, 'WITHVALUES');
        const texts = (items ?? []).flatMap((item) => item.items ?? [item]).map(({ text }) => text ?? '');
        const names = texts.filter((_, index) => index % 2 === 0);
        assert.equal(new Set(names).size, Math.min(count, 40), `${count} in RESP${resp}`);
        for (const [index, field] of names.entries()) assert.equal(texts[2 * index + 1], field + value);
      }
    });
  }

  it('refuses other words, and too many', async () => {
    await refused('ERR syntax error', 'HRANDFIELD', 'h', 1, 'WITHSCORES');
    await refused('ERR syntax error', 'HRANDFIELD', 'h', 1, 'WITHVALUES', 'x');
    await refused('ERR value is not an integer or out of range', 'HRANDFIELD', 'h', 'x');
    await call('SET', 's', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'HRANDFIELD', 's');
  });
});
