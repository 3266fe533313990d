/** SINTER, SUNION, SDIFF, what they store, and SINTERCARD. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describeCommand('SINTER SUNION SDIFF', ({ call, wire, refused }) => {
  const sorted = async (...words: (string | number)[]) => ((await call(...words)) as string[]).sort();
  const fill = async () => {
    await call('SADD', 'integers', 1, 2, 3, 4);
    await call('SADD', 'texts', 'a', 3, 'b', 4);
    await call('SADD', 'large', ...Array.from({ length: 200 }, (_, index) => `${index}x`), 4, 'a');
  };

  it('combine sets of all encodings', async () => {
    await fill();
    assert.deepEqual(await sorted('SINTER', 'integers', 'texts'), ['3', '4']);
    assert.deepEqual(await sorted('SINTER', 'large', 'texts'), ['4', 'a']);
    assert.deepEqual(await sorted('SINTER', 'large', 'texts', 'integers'), ['4']);
    assert.deepEqual(await sorted('SUNION', 'integers', 'texts'), ['1', '2', '3', '4', 'a', 'b']);
    assert.equal((await sorted('SUNION', 'integers', 'texts', 'large')).length, 206);
    assert.deepEqual(await sorted('SDIFF', 'integers', 'texts'), ['1', '2']);
    assert.deepEqual(await sorted('SDIFF', 'texts', 'integers', 'large'), ['b']);
  });

  it('take a key that is not there for an empty set', async () => {
    await fill();
    const none = { resp2: '*0\r\n', resp3: '~0\r\n' };
    await wire('SINTER integers nothing', none);
    await wire('SDIFF nothing integers', none);
    await wire('SUNION nothing', none);
    assert.deepEqual(await sorted('SDIFF', 'integers', 'nothing'), ['1', '2', '3', '4']);
    assert.deepEqual(await sorted('SUNION', 'nothing', 'integers'), ['1', '2', '3', '4']);
  });

  it('combine packed sets of many members', async () => {
    const mixed = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) =>
        index % 2 === 0 ? `${from + index}` : `m:${from + index}`,
      );
    const sets = [mixed(0, 100), mixed(40, 120), mixed(60, 160)];
    const odd = Array.from({ length: 300 }, (_, index) => `${index * 2 + 1}`);
    for (const [index, members] of sets.entries()) await call('SADD', `packed${index}`, ...members);
    await call('SADD', 'intset', ...odd);
    await call('SADD', 'large', ...mixed(50, 400));
    const keys = ['packed0', 'packed1', 'packed2', 'intset', 'large'];
    const all = new Map([...sets, odd, mixed(50, 400)].map((members, index) => [keys[index], members]));
    const has = (key: string, member: string): boolean => all.get(key)?.includes(member) === true;
    for (const first of keys) {
      for (const second of keys) {
        for (const third of ['packed1', 'intset']) {
          const members = all.get(first) ?? [];
          assert.deepEqual(
            await sorted('SINTER', first, second, third),
            members.filter((member) => has(second, member) && has(third, member)).sort(),
          );
          assert.deepEqual(
            await sorted('SDIFF', first, second, third),
            members.filter((member) => !has(second, member) && !has(third, member)).sort(),
          );
          assert.deepEqual(
            await sorted('SUNION', first, second, third),
            [...new Set([...members, ...(all.get(second) ?? []), ...(all.get(third) ?? [])])].sort(),
          );
        }
      }
    }
  });

  it('take a key twice', async () => {
    await fill();
    assert.deepEqual(await sorted('SINTER', 'texts', 'texts'), ['3', '4', 'a', 'b']);
    assert.deepEqual(await sorted('SDIFF', 'texts', 'texts'), []);
  });

  it('refuse another type wherever it stands, also behind an empty set', async () => {
    await fill();
    await call('SET', 'string', 'x');
    for (const command of ['SINTER', 'SUNION', 'SDIFF']) {
      await refused(WRONG_TYPE, command, 'integers', 'string');
      await refused(WRONG_TYPE, command, 'string');
      await refused(WRONG_TYPE, command, 'nothing', 'string');
    }
  });
});

describeCommand('SINTERSTORE SUNIONSTORE SDIFFSTORE', ({ call, wire, refused }) => {
  const sorted = async (key: string) => ((await call('SMEMBERS', key)) as string[]).sort();
  const fill = async () => {
    await call('SADD', 'a', 1, 2, 3);
    await call('SADD', 'b', 2, 3, 'x');
  };

  it('store a set and answer its size', async () => {
    await fill();
    await wire('SINTERSTORE to a b', ':2\r\n');
    assert.deepEqual(await sorted('to'), ['2', '3']);
    assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'intset');
    await wire('SUNIONSTORE to a b', ':4\r\n');
    assert.deepEqual(await sorted('to'), ['1', '2', '3', 'x']);
    await wire('SDIFFSTORE to a b', ':1\r\n');
    assert.deepEqual(await sorted('to'), ['1']);
  });

  it('take the place of whatever was there, its time to live too', async () => {
    await fill();
    await call('SET', 'to', 'x', 'EX', 100);
    await wire('SUNIONSTORE to a b', ':4\r\n');
    assert.equal(await call('TYPE', 'to'), 'set');
    assert.equal(await call('TTL', 'to'), -1);
  });

  it('remove the key when there is nothing to store', async () => {
    await fill();
    await call('SET', 'to', 'x');
    await wire('SINTERSTORE to a nothing', ':0\r\n');
    await wire('EXISTS to', ':0\r\n');
  });

  it('may store where they read', async () => {
    await fill();
    await wire('SDIFFSTORE a a b', ':1\r\n');
    assert.deepEqual(await sorted('a'), ['1']);
    await wire('SUNIONSTORE b b b', ':3\r\n');
    assert.deepEqual(await sorted('b'), ['2', '3', 'x']);
    await wire('SINTERSTORE a a b', ':0\r\n');
    await wire('EXISTS a', ':0\r\n');
  });

  it('store nothing where a key has another type', async () => {
    await fill();
    await call('SET', 'string', 'x');
    for (const command of ['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE'])
      await refused(WRONG_TYPE, command, 'to', 'a', 'string');
    await wire('EXISTS to', ':0\r\n');
  });
});

describeCommand('SINTERCARD', ({ call, wire, refused }) => {
  it('counts the intersection, up to a limit', async () => {
    await call('SADD', 'a', 1, 2, 3, 4);
    await call('SADD', 'b', 2, 3, 4, 5);
    await wire('SINTERCARD 2 a b', ':3\r\n');
    await wire('SINTERCARD 2 a b LIMIT 2', ':2\r\n');
    await wire('SINTERCARD 2 a b limit 0', ':3\r\n');
    await wire('SINTERCARD 1 a LIMIT 10', ':4\r\n');
    await wire('SINTERCARD 2 a nothing', ':0\r\n');
  });

  it('refuses counts of keys and limits that make no sense', async () => {
    await refused('ERR numkeys should be greater than 0', 'SINTERCARD', 0, 'a');
    await refused('ERR numkeys should be greater than 0', 'SINTERCARD', 'x', 'a');
    await refused("ERR Number of keys can't be greater than number of args", 'SINTERCARD', 2, 'a');
    await refused("ERR LIMIT can't be negative", 'SINTERCARD', 1, 'a', 'LIMIT', -1);
    await refused("ERR LIMIT can't be negative", 'SINTERCARD', 1, 'a', 'LIMIT', 'x');
    await refused('ERR syntax error', 'SINTERCARD', 1, 'a', 'LIMIT');
    await refused('ERR syntax error', 'SINTERCARD', 1, 'a', 'b');
    await call('SET', 'string', 'x');
    await refused(WRONG_TYPE, 'SINTERCARD', 1, 'string');
  });
});

describeCommand(
  'SINTERSTORE OBJECT',
  ({ call }) => {
    it('store what large sets have in common packed when it is little', async () => {
      const names = (prefix: string): string[] =>
        Array.from({ length: 200 }, (_, index) => `${prefix}${index}`);
      await call('SADD', 'a', 'both', ...names('a'));
      await call('SADD', 'b', 'both', ...names('b'));
      assert.equal(await call('OBJECT', 'ENCODING', 'a'), 'hashtable');
      await call('SINTERSTORE', 'to', 'a', 'b');
      assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'listpack');
      await call('SINTERSTORE', 'to', 'a', 'a');
      assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'hashtable');
    });

    it('store unions and differences of large sets as what they are', async () => {
      const numbers = (from: number, count: number): number[] =>
        Array.from({ length: count }, (_, index) => from + index);
      await call('SADD', 'few', ...numbers(0, 400));
      await call('SADD', 'more', ...numbers(200, 600));
      assert.equal(await call('SUNIONSTORE', 'to', 'few', 'more'), 800);
      assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'hashtable');
      const members = (await call('SMEMBERS', 'to')) as string[];
      assert.deepEqual(
        members.map(Number).sort((a, b) => a - b),
        numbers(0, 800),
      );
      assert.equal(await call('SDIFFSTORE', 'to', 'more', 'few'), 400);
      assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'intset');
      await call('SADD', 'few', 'word');
      assert.equal(await call('SDIFFSTORE', 'to', 'few', 'more'), 201);
      assert.equal(await call('OBJECT', 'ENCODING', 'to'), 'hashtable');
    });

    it('store a union of packed sets as members added one by one would be', async () => {
      const names = (from: number, count: number): string[] =>
        Array.from({ length: count }, (_, index) => `member:${from + index}`);
      await call('SADD', 'integers', 3, 1, 2);
      await call('SADD', 'mixed', 'x', 2, 7);
      await call('SADD', 'left', ...names(0, 100));
      await call('SADD', 'middle', ...names(20, 100));
      await call('SADD', 'right', ...names(50, 100));
      const unions: [sources: string[], encoding: string][] = [
        [['integers', 'mixed'], 'listpack'],
        [['mixed', 'integers'], 'listpack'],
        [['integers', 'left', 'mixed'], 'listpack'],
        [['left', 'middle'], 'listpack'],
        [['left', 'right', 'middle'], 'hashtable'],
        [['left', 'right', 'integers'], 'hashtable'],
        [['integers', 'mixed', 'nothing', 'left', 'middle', 'right'], 'hashtable'],
      ];
      for (const [sources, encoding] of unions) {
        await call('DEL', 'expected');
        for (const source of sources)
          for (const member of (await call('SMEMBERS', source)) as string[])
            await call('SADD', 'expected', member);
        assert.equal(
          await call('SUNIONSTORE', 'to', ...sources),
          await call('SCARD', 'expected'),
          `${sources}`,
        );
        assert.equal(await call('OBJECT', 'ENCODING', 'to'), encoding, `${sources}`);
        assert.deepEqual(await call('SDIFF', 'to', 'expected'), [], `${sources}`);
        if (encoding === 'listpack')
          assert.deepEqual(await call('SMEMBERS', 'to'), await call('SMEMBERS', 'expected'), `${sources}`);
      }
    });
  },
  { ourOwn: 'sets have been packed since 7.2' },
);
