import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand(
  'DEBUG',
  ({ call, refused }) => {
    it('HTSTATS describes the tables of a database', async () => {
      await call('SET', 'key', 'value', 'EX', '100');
      assert.match(
        String(await call('DEBUG', 'HTSTATS', '0')),
        /^\[Dictionary HT\]\nHash table 0 stats .*\n table size: \d+\n number of elements: 1\n[\s\S]*\[Expires HT\]\n.*: 1\n$/,
      );
      await refused('ERR Out of range database', 'DEBUG', 'HTSTATS', '16');
    });

    it('HTSTATS has the form that Redis gives it', async () => {
      await call('SET', 'key', 'value');
      const [table] = String(await call('DEBUG', 'HTSTATS', '0')).split('[Expires HT]');
      const [buckets] = / table size: (\d+)/.exec(table)?.slice(1).map(Number) ?? [];
      assert.equal(
        table,
        `[Dictionary HT]\nHash table 0 stats (main hash table):\n table size: ${buckets}\n number of elements: 1\n` +
          ' different slots: 1\n max chain length: 1\n avg chain length (counted): 1.00\n avg chain length (computed): 1.00\n' +
          ` Chain length distribution:\n${buckets === 1 ? '' : `   0: ${buckets - 1} (${((100 * (buckets - 1)) / buckets).toFixed(2)}%)\n`}` +
          `   1: 1 (${(100 / buckets).toFixed(2)}%)\n`,
      );
      assert.match(
        String(await call('DEBUG', 'HTSTATS', '1')),
        /^\[Dictionary HT\]\nHash table 0 stats \(main hash table\):\nNo stats available for empty dictionaries\n/,
      );
    });

    it('HTSTATS-KEY describes the table of a large value', async () => {
      await call('HSET', 'hash', 'field', 'x'.repeat(100));
      await call('SADD', 'set', 'x'.repeat(100));
      await call('ZADD', 'zset', 1, 'x'.repeat(100));
      for (const key of ['hash', 'set', 'zset']) {
        assert.match(String(await call('DEBUG', 'HTSTATS-KEY', key)), / number of elements: 1\n/);
      }
    });

    it('DICT-RESIZING keeps the tables of databases as large as they are', async () => {
      const buckets = async (): Promise<number> =>
        Number(/ table size: (\d+)/.exec(String(await call('DEBUG', 'HTSTATS', '0')))?.[1]);
      await call('DEBUG', 'POPULATE', 100);
      const before = await buckets();
      await call('DEBUG', 'DICT-RESIZING', '0');
      await call('DEBUG', 'POPULATE', 2000);
      assert.equal(await buckets(), before);
      assert.equal(await call('GET', 'key:1999'), 'value:1999');
      await call('DEBUG', 'DICT-RESIZING', '1');
      const grown = await buckets();
      assert.ok(grown > 10 * before);
      assert.equal(await call('GET', 'key:1999'), 'value:1999');
      assert.equal(await call('DBSIZE'), 2000);
    });

    it('refuses what there is nothing for', async () => {
      for (const word of ['RESTART', 'mallctl']) {
        await assert.rejects(call('DEBUG', word, '1'), /^ReplyFailure: ERR DEBUG [A-Z-]+ is refused: /);
      }
    });
  },
  { ourOwn: 'the tables are ours' },
);

describeCommand('DEBUG', ({ call, refused }) => {
  it('HTSTATS-KEY has nothing to say of a small value', async () => {
    await call('RPUSH', 'list', 'a');
    await refused(
      'ERR The value stored at the specified key is not represented using an hash table',
      'DEBUG',
      'HTSTATS-KEY',
      'list',
    );
    await refused('ERR no such key', 'DEBUG', 'HTSTATS-KEY', 'nothing');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'JMAP'. Try DEBUG HELP.",
      'DEBUG',
      'JMAP',
    );
  });
});
