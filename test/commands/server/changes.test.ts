/** What INFO counts: changes to the data by the element, as `save` does, and keys found. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

/** Commands one after another, and how many changes the last of them is. */
const cases: readonly (readonly [commands: readonly string[], changes: number])[] = [
  [['RPUSH l a b c'], 3],
  [['RPUSH l a', 'LPUSHX l b c'], 2],
  [['RPUSH l a b c', 'LPOP l'], 1],
  [['RPUSH l a b c', 'LPOP l 2'], 2],
  [['RPUSH l a b c', 'RPOP l 9'], 3],
  [['RPUSH l a b c', 'LMPOP 1 l LEFT COUNT 2'], 2],
  [['RPUSH l a b a', 'LREM l 0 a'], 2],
  [['RPUSH l a b c', 'LTRIM l 1 1'], 2],
  [['RPUSH l a b c', 'LTRIM l 0 9'], 0],
  [['RPUSH l a b c', 'LMOVE l m LEFT LEFT'], 1],
  [['RPUSH l a b c', 'RPOPLPUSH l l'], 1],
  [['RPUSH l 3 1 2', 'SORT l STORE m'], 3],
  [['HSET h a 1 b 2'], 2],
  [['HSET h a 1', 'HMSET h a 1 b 2'], 2],
  [['HSET h a 1 b 2 c 3', 'HDEL h a c d'], 2],
  [['SADD s a', 'SADD s a b c'], 2],
  [['SADD s a b c', 'SREM s a b d'], 2],
  [['SADD s a b c', 'SPOP s'], 1],
  [['SADD s a b c', 'SPOP s 2'], 2],
  [['SADD s a b c', 'SPOP s 9'], 3],
  [['SADD s a b c', 'SUNIONSTORE d s'], 1],
  [['ZADD z 1 a 2 b'], 2],
  [['ZADD z 1 a 2 b', 'ZADD z 1 a 3 b 4 c'], 2],
  [['ZADD z 1 a 2 b', 'ZREM z a b c'], 2],
  [['ZADD z 1 a 2 b', 'ZREMRANGEBYRANK z 0 -1'], 2],
  [['ZADD z 1 a 2 b', 'ZPOPMAX z 5'], 2],
  [['ZADD z 1 a 2 b', 'ZMPOP 1 z MIN COUNT 2'], 2],
  [['GEOADD g 1 1 a 2 2 b'], 2],
  [['GEOADD g 1 1 a 2 2 b', 'GEOSEARCHSTORE d g FROMLONLAT 1 1 BYRADIUS 9 m'], 1],
  [['GEOADD g 1 1 a 2 2 b', 'GEORADIUS g 1 1 999 km STORE d'], 2],
  [['PFADD p a b c'], 4],
  [['PFADD p a b c', 'PFADD p a d'], 1],
  [['XADD x 1-1 a 1', 'XADD x 1-2 a 1', 'XTRIM x MAXLEN 0'], 2],
  [['BITFIELD b SET u8 0 1 SET u8 8 1'], 2],
];

describeCommand('INFO SAVE', ({ call }) => {
  async function field(name: string): Promise<number> {
    const text = String(await call('INFO', 'everything'));
    return Number(new RegExp(`\\n${name}:(\\d+)`).exec(text)?.[1]);
  }
  const added = async (name: string, words: readonly string[]): Promise<number> => {
    const before = await field(name);
    await call(...words);
    return (await field(name)) - before;
  };

  for (const [commands, changes] of cases) {
    it(`count ${commands.join(', ')} as ${changes} changes`, async () => {
      const [last, ...others] = [...commands].reverse();
      for (const command of others.reverse()) await call(...command.split(' '));
      assert.equal(await added('rdb_changes_since_last_save', last.split(' ')), changes);
    });
  }

  it('count a key that is looked for twice as found twice', async () => {
    await call('SADD', 's', 'a', 'b');
    assert.equal(await added('keyspace_hits', ['SPOP', 's', '1']), 0);
    assert.equal(await added('keyspace_hits', ['SPOP', 's', '5']), 1);
    await call('XGROUP', 'CREATE', 'x', 'g', '$', 'MKSTREAM');
    assert.equal(await added('keyspace_hits', ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'x', '>']), 2);
  });

  it('count every key that is looked for, though the first is refused', async () => {
    await call('RPUSH', 'l', '1', '2', '3');
    await call('MSET', 'w1', 'x', 'w2', '2', 'w3', 'y');
    const before = await field('keyspace_hits');
    await assert.rejects(call('LCS', 'l', 'w1'));
    await assert.rejects(call('SORT', 'l', 'BY', 'w*'));
    // The list twice, one string, and three weights.
    assert.equal((await field('keyspace_hits')) - before, 6);
  });
});
