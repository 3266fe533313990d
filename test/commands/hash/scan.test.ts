/** HSCAN: what is there all the time is shown; filters; small hashes come whole. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('HSCAN', ({ call, wire, refused }) => {
  it('shows a small hash whole, with its values', async () => {
    await call('HSET', 'h', 'a', 1, 'b', 2);
    await wire('HSCAN h 0 COUNT 1', '*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n');
    await wire('HSCAN h 0 MATCH b*', '*2\r\n$1\r\n0\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n');
    await wire('HSCAN nothing 0', '*2\r\n$1\r\n0\r\n*0\r\n');
  });

  it('shows what is there from beginning to end, whatever else comes and goes', async () => {
    const kept = Array.from({ length: 500 }, (_, index) => `kept${index}`);
    await call('HSET', 'h', ...kept.flatMap((field) => [field, 'x'.repeat(70)]));
    const seen = new Map<string, string>();
    let cursor = '0';
    let round = 0;
    do {
      const [next, shown] = (await call('HSCAN', 'h', cursor, 'COUNT', 7)) as [string, string[]];
      for (let index = 0; index < shown.length; index += 2) seen.set(shown[index], shown[index + 1]);
      cursor = next;
      await call('HSET', 'h', ...[0, 1, 2, 3].flatMap((each) => [`new${round}-${each}`, 1]));
      if (round % 2 === 1) await call('HDEL', 'h', `new${round - 1}-0`, `new${round - 1}-1`);
      round++;
    } while (cursor !== '0');
    for (const field of kept) assert.equal(seen.get(field), 'x'.repeat(70), field);
  });

  it('refuses cursors, counts and words that make no sense', async () => {
    await call('HSET', 'h', 'a', 1);
    await refused('ERR invalid cursor', 'HSCAN', 'h', 'x');
    await refused('ERR value is not an integer or out of range', 'HSCAN', 'h', 0, 'COUNT', 'x');
    await refused('ERR syntax error', 'HSCAN', 'h', 0, 'COUNT', 0);
    await refused('ERR syntax error', 'HSCAN', 'h', 0, 'TYPE', 'hash');
    await refused('ERR syntax error', 'HSCAN', 'h', 0, 'MATCH');
    await call('SET', 's', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'HSCAN', 's', 0);
  });
});
