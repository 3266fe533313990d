import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import type { Plain } from '../../support/reply-node.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';

describeCommand('XCLAIM XAUTOCLAIM', ({ call, wire, refused, advance }) => {
  const pending = async () =>
    ((await call('XPENDING', 's', 'g', '-', '+', 100)) as Plain[][]).map(
      ([id, consumer, , count]) => `${id} ${consumer} ${count}`,
    );
  const idleOf = async (id: string) =>
    Number(((await call('XPENDING', 's', 'g', id, id, 1)) as Plain[][])[0][2]);
  const claim = (...words: (string | number)[]) => call('XCLAIM', 's', 'g', ...words);
  const autoClaim = (...words: (string | number)[]) => call('XAUTOCLAIM', 's', 'g', ...words);

  beforeEach(async () => {
    for (const id of ['1-1', '2-1', '3-1', '4-1']) await call('XADD', 's', id, 'a', id);
    await call('XGROUP', 'CREATE', 's', 'g', 0);
    await call('XREADGROUP', 'GROUP', 'g', 'alice', 'COUNT', 3, 'STREAMS', 's', '>');
  });

  describe('XCLAIM', () => {
    it('gives entries to another consumer, and returns them', async () => {
      await wire('XCLAIM s g bob 0 2-1', '*1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$1\r\na\r\n$3\r\n2-1\r\n');
      assert.deepEqual(await pending(), ['1-1 alice 1', '2-1 bob 2', '3-1 alice 1']);
      assert.deepEqual(await claim('alice', 0, '1-1', '2-1'), [
        ['1-1', ['a', '1-1']],
        ['2-1', ['a', '2-1']],
      ]);
      assert.deepEqual(await pending(), ['1-1 alice 2', '2-1 alice 3', '3-1 alice 1']);
    });

    it('passes over what is not pending, unless FORCE makes it so', async () => {
      assert.deepEqual(await claim('bob', 0, '4-1', '9-9'), []);
      assert.deepEqual(await claim('bob', 0, '4-1', '9-9', 'FORCE', 'JUSTID'), ['4-1']);
      assert.deepEqual((await pending()).at(-1), '4-1 bob 1');
      assert.deepEqual(await claim('bob', 0, '4-1', '4-1', 'JUSTID'), ['4-1', '4-1']);
    });

    it('counts deliveries but with JUSTID, or as RETRYCOUNT says', async () => {
      await claim('bob', 0, '1-1', 'JUSTID');
      await claim('bob', 0, '2-1', 'RETRYCOUNT', 7);
      await claim('bob', 0, '3-1', 'RETRYCOUNT', 0, 'JUSTID');
      await claim('bob', 0, '4-1', 'FORCE');
      assert.deepEqual(await pending(), ['1-1 bob 1', '2-1 bob 7', '3-1 bob 0', '4-1 bob 2']);
      await claim('bob', 0, '2-1', 'RETRYCOUNT', -1);
      assert.equal((await pending())[1], '2-1 bob 8');
    });

    it('sets when they were delivered, never in the future', async () => {
      await claim('bob', 0, '1-1', 'TIME', 1000);
      assert.ok((await idleOf('1-1')) > 1e9);
      await claim('bob', 0, '2-1', 'IDLE', 5_000_000);
      assert.ok((await idleOf('2-1')) >= 5_000_000);
      await claim('bob', 0, '1-1', 'TIME', '9223372036854775807');
      assert.ok((await idleOf('1-1')) < 5000);
      await claim('bob', 0, '2-1', 'IDLE', '-5');
      assert.ok((await idleOf('2-1')) < 5000);
    });

    it('leaves what was delivered lately', async () => {
      await claim('alice', 0, '1-1', 'IDLE', 50_000, 'JUSTID');
      assert.deepEqual(await claim('bob', 40_000, '1-1', '2-1', 'JUSTID'), ['1-1']);
      assert.deepEqual(await claim('alice', -5, '1-1', '2-1', 'JUSTID'), ['1-1', '2-1']);
    });

    it('moves the group on with LASTID, never back', async () => {
      await claim('bob', 0, '1-1', 'LASTID', '3-5');
      await claim('bob', 0, '1-1', 'LASTID', '1-5');
      const [group] = (await call('XINFO', 'GROUPS', 's')) as Plain[][];
      assert.equal(group[7], '3-5');
    });

    it('drops what is pending and was deleted', async () => {
      await call('XDEL', 's', '2-1');
      assert.deepEqual(await claim('bob', 1_000_000, '1-1', '2-1', 'FORCE'), []);
      assert.deepEqual(await pending(), ['1-1 alice 1', '3-1 alice 1']);
    });

    it('claims nothing when an option is wrong', async () => {
      await refused("ERR Unrecognized XCLAIM option 'x'", 'XCLAIM', 's', 'g', 'bob', 0, '1-1', 'x');
      await refused("ERR Unrecognized XCLAIM option 'TIME'", 'XCLAIM', 's', 'g', 'bob', 0, '1-1', 'TIME');
      await refused("ERR Unrecognized XCLAIM option '2-1'", ...'XCLAIM s g bob 0 1-1 FORCE 2-1'.split(' '));
      await refused('ERR Invalid min-idle-time argument for XCLAIM', ...'XCLAIM s g bob x 1-1'.split(' '));
      for (const option of ['IDLE', 'TIME', 'RETRYCOUNT'])
        await refused(
          `ERR Invalid ${option} option argument for XCLAIM`,
          ...['XCLAIM', 's', 'g', 'bob', 0, '1-1', option, 'x'],
        );
      await refused(INVALID_ID, 'XCLAIM', 's', 'g', 'bob', 0, '1-1', 'LASTID', 'x');
      assert.deepEqual(await pending(), ['1-1 alice 1', '2-1 alice 1', '3-1 alice 1']);
    });

    it('wants key and group before all else', async () => {
      await refused("NOGROUP No such key 'no' or consumer group 'g'", ...'XCLAIM no g bob x x'.split(' '));
      await refused("NOGROUP No such key 's' or consumer group 'h'", ...'XCLAIM s h bob x x'.split(' '));
      await call('SET', 'text', 'x');
      await refused(WRONG_TYPE, ...'XCLAIM text g bob x x'.split(' '));
    });
  });

  describe('XAUTOCLAIM', () => {
    it('claims from an id on, and tells where to go on', async () => {
      await wire(
        'XAUTOCLAIM s g bob 0 0 COUNT 1',
        '*3\r\n$3\r\n2-1\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$3\r\n1-1\r\n*0\r\n',
      );
      assert.deepEqual(await autoClaim('bob', 0, '2-1', 'JUSTID'), ['0-0', ['2-1', '3-1'], []]);
      assert.deepEqual(await pending(), ['1-1 bob 2', '2-1 bob 1', '3-1 bob 1']);
      assert.deepEqual(await autoClaim('bob', 0, '(3-1'), ['0-0', [], []]);
    });

    it('tells what was deleted, and drops it', async () => {
      await call('XDEL', 's', '1-1', '3-1');
      assert.deepEqual(await autoClaim('bob', 0, '-', 'JUSTID'), ['0-0', ['2-1'], ['1-1', '3-1']]);
      assert.deepEqual(await pending(), ['2-1 bob 1']);
    });

    it('counts what was deleted as well', async () => {
      await call('XDEL', 's', '1-1', '2-1');
      assert.deepEqual(await autoClaim('bob', 0, '-', 'COUNT', 2), ['3-1', [], ['1-1', '2-1']]);
    });

    it('passes over what was delivered lately, and drops what was deleted whenever', async () => {
      await claim('alice', 0, '2-1', 'IDLE', 50_000, 'JUSTID');
      await call('XDEL', 's', '3-1');
      assert.deepEqual(await autoClaim('bob', 40_000, '-', 'JUSTID'), ['0-0', ['2-1'], ['3-1']]);
    });

    it('looks at ten times as many as it may claim', async () => {
      for (let time = 10; time < 30; time++) await call('XADD', 's', time, 'a', 'b');
      await call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', '>');
      assert.deepEqual(await autoClaim('bob', 40_000, '-', 'COUNT', 1), ['16-0', [], []]);
      assert.deepEqual(await autoClaim('bob', 40_000, '16-0', 'COUNT', 2), ['0-0', [], []]);
    });

    it('claims a hundred when no COUNT is given', async () => {
      for (let time = 10; time < 140; time++) await call('XADD', 's', time, 'a', 'b');
      await call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', '>');
      const [next, claimed] = (await autoClaim('bob', 0, 10, 'JUSTID')) as [string, Plain[]];
      assert.deepEqual([next, claimed.length], ['110-0', 100]);
    });

    it('refuses what makes no sense, before it looks at the key', async () => {
      const say = (text: string) => text.split(' ');
      await refused('ERR Invalid min-idle-time argument for XAUTOCLAIM', ...say('XAUTOCLAIM no g bob x x'));
      await refused(INVALID_ID, ...say('XAUTOCLAIM no g bob 0 x'));
      await refused('ERR COUNT must be > 0', ...say('XAUTOCLAIM no g bob 0 0 COUNT 0'));
      await refused('ERR COUNT must be > 0', ...say('XAUTOCLAIM no g bob 0 0 COUNT x'));
      await refused('ERR COUNT must be > 0', ...say('XAUTOCLAIM no g bob 0 0 COUNT 9223372036854775807'));
      await refused('ERR syntax error', ...say('XAUTOCLAIM no g bob 0 0 COUNT'));
      await refused('ERR syntax error', ...say('XAUTOCLAIM no g bob 0 0 FORCE'));
      await refused("NOGROUP No such key 'no' or consumer group 'g'", ...say('XAUTOCLAIM no g bob 0 0'));
      await refused("NOGROUP No such key 's' or consumer group 'h'", ...say('XAUTOCLAIM s h bob 0 0'));
      await refused(
        'ERR Insufficient memory, failed allocating transient memory, COUNT too high.',
        ...say('XAUTOCLAIM s g bob 0 0 COUNT 500000000000000000'),
      );
      await call('SET', 'text', 'x');
      await refused(WRONG_TYPE, ...say('XAUTOCLAIM text g bob 0 0'));
    });
  });

  it('go by the time that passed since the delivery', async () => {
    advance(1000);
    await call('XREADGROUP', 'GROUP', 'g', 'alice', 'STREAMS', 's', '>');
    assert.deepEqual(await autoClaim('bob', 1000, '-', 'JUSTID'), ['0-0', ['1-1', '2-1', '3-1'], []]);
    advance(999);
    assert.deepEqual(await claim('carol', 1000, '1-1', '4-1', 'JUSTID'), []);
    advance(1);
    assert.deepEqual(await claim('carol', 1000, '1-1', '4-1', 'JUSTID'), ['1-1', '4-1']);
  });
});

describeCommand(
  'XCLAIM XAUTOCLAIM',
  ({ call }) => {
    it('create their consumer also when there is nothing to claim', async () => {
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await call('XCLAIM', 's', 'g', 'alice', 0, '1-1');
      await call('XAUTOCLAIM', 's', 'g', 'bob', 0, 0);
      assert.equal(((await call('XINFO', 'CONSUMERS', 's', 'g')) as Plain[]).length, 2);
    });
  },
  { ourOwn: '7.0 creates the consumer with its first claim' },
);
