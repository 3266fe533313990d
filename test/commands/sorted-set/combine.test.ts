import { describeCommand } from '../../support/describe-command.js';

describeCommand('ZUNION and ZINTER', ({ call, wire }) => {
  const scores = (...pairs: readonly (readonly [member: string, score: string])[]) => ({
    resp2: `*${pairs.length * 2}\r\n${pairs.map((pair) => pair.map(bulk).join('')).join('')}`,
    resp3: `*${pairs.length}\r\n${pairs.map(([member, score]) => `*2\r\n${bulk(member)},${score}\r\n`).join('')}`,
  });

  it('sum a zero and a negative zero to zero', async () => {
    await call('ZADD', 'a', 0, 'm');
    await wire('ZUNION 2 a a WEIGHTS -2 3 WITHSCORES', scores(['m', '0']));
    await wire('ZUNION 2 a a WEIGHTS -2 -3 WITHSCORES', scores(['m', '-0']));
  });

  it('keep the first of two zeros as the smallest and the largest', async () => {
    await call('ZADD', 'a', 0, 'm');
    for (const aggregate of ['MIN', 'MAX']) {
      await wire(`ZINTER 2 a a WEIGHTS -2 3 AGGREGATE ${aggregate} WITHSCORES`, scores(['m', '-0']));
      await wire(`ZINTER 2 a a WEIGHTS 3 -2 AGGREGATE ${aggregate} WITHSCORES`, scores(['m', '0']));
    }
  });

  it('count infinity times zero as zero in a union, and the sum with it in an intersection', async () => {
    await call('ZADD', 'a', '-inf', 'm');
    await wire('ZUNION 2 a a WEIGHTS 3 0 WITHSCORES', scores(['m', '-inf']));
    await wire('ZINTER 2 a a WEIGHTS 3 0 WITHSCORES', scores(['m', '0']));
    await wire('ZINTER 2 a a WEIGHTS 3 0 AGGREGATE MAX WITHSCORES', scores(['m', '-inf']));
  });
});

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
