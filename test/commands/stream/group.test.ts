import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';
const NO_GROUP = "NOGROUP No such consumer group 'g' for key name 's'";
const NO_KEY =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.';
const OK = '+OK\r\n';

describeCommand('XGROUP XACK', ({ call, wire, refused, raw }) => {
  const read = (consumer: string, ...rest: (string | number)[]) =>
    raw('XREADGROUP', 'GROUP', 'g', consumer, ...rest, 'STREAMS', 's', '>');

  const pendingOf = async (consumer: string) => {
    await read(consumer);
    const rows = (await call('XPENDING', 's', 'g', '-', '+', 10, consumer)) as unknown[][];
    return rows.map(([id]) => id).join(' ');
  };

  describe('CREATE', () => {
    it('creates a group that reads behind an id, 0 or the last', async () => {
      await call('XADD', 's', '1-1', 'a', 'b');
      await wire('XGROUP CREATE s g 0', OK);
      await wire('XGROUP CREATE s h $', OK);
      await wire('XGROUP CREATE s i 5', OK);
      const groups = (await call('XINFO', 'GROUPS', 's')) as unknown[][];
      assert.deepEqual(
        groups.map((group) => [group[1], group[7], group[9]]),
        [
          ['g', '0-0', null],
          ['h', '1-1', null],
          ['i', '5-0', null],
        ],
      );
    });

    it('wants the key, or MKSTREAM', async () => {
      await refused(NO_KEY, 'XGROUP', 'CREATE', 's', 'g', '$');
      await wire('XGROUP CREATE s g $ MKSTREAM', OK);
      await wire('XLEN s', ':0\r\n');
      await wire('TYPE s', '+stream\r\n');
    });

    it('refuses a second one of the same name', async () => {
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      await refused('BUSYGROUP Consumer Group name already exists', 'XGROUP', 'CREATE', 's', 'g', '$');
    });

    it('takes what was read already', async () => {
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'ENTRIESREAD', 7, 'MKSTREAM');
      await call('XGROUP', 'CREATE', 's', 'h', '$', 'ENTRIESREAD', -1);
      await call('XGROUP', 'CREATE', 's', 'i', '$', 'ENTRIESREAD', '9223372036854775807');
      const groups = (await call('XINFO', 'GROUPS', 's')) as unknown[][];
      assert.deepEqual(
        groups.map((group) => group[9]),
        [7, null, 9223372036854775807n],
      );
      const negative = 'ERR value for ENTRIESREAD must be positive or -1';
      await refused(negative, 'XGROUP', 'CREATE', 's', 'j', '$', 'ENTRIESREAD', -2);
      await refused(
        'ERR value is not an integer or out of range',
        ...['XGROUP', 'CREATE', 's', 'j', '$', 'ENTRIESREAD', 'x'],
      );
    });

    it('refuses what it does not know, and creates nothing', async () => {
      const unknown = (word: string) =>
        `ERR unknown subcommand or wrong number of arguments for '${word}'. Try XGROUP HELP.`;
      await refused(unknown('create'), 'XGROUP', 'create', 's', 'g', '$', 'MKSTREAM', 'x');
      const twice = ['MKSTREAM', 'MKSTREAM', 'ENTRIESREAD', 1];
      await refused(unknown('create'), 'XGROUP', 'create', 's', 'g', '$', ...twice);
      await refused(unknown('CREATE'), 'XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM', 'ENTRIESREAD');
      for (const id of ['x', '-', '+'])
        await refused(INVALID_ID, 'XGROUP', 'CREATE', 's', 'g', id, 'MKSTREAM');
      await wire('EXISTS s', ':0\r\n');
      await call('SET', 's', 'text');
      await refused(WRONG_TYPE, 'XGROUP', 'CREATE', 's', 'g', '$');
    });
  });

  describe('SETID', () => {
    it('moves a group, and forgets what it has read', async () => {
      for (const id of ['1-1', '2-1', '3-1']) await call('XADD', 's', id, 'a', 'b');
      await call('XGROUP', 'CREATE', 's', 'g', 0);
      await read('alice');
      await wire('XGROUP SETID s g 1-1', OK);
      let [group] = (await call('XINFO', 'GROUPS', 's')) as unknown[][];
      assert.deepEqual([group[7], group[9], group[5]], ['1-1', null, 3]);
      await wire('XGROUP SETID s g $ ENTRIESREAD 2', OK);
      [group] = (await call('XINFO', 'GROUPS', 's')) as unknown[][];
      assert.deepEqual([group[7], group[9], group[11]], ['3-1', 2, 1]);
      await wire('XGROUP SETID s g -', OK);
      assert.equal(await pendingOf('bob'), '1-1 2-1 3-1');
      await wire('XGROUP SETID s g +', OK);
      await call('XADD', 's', '9-1', 'a', 'b');
      assert.equal(await call('XREADGROUP', 'GROUP', 'g', 'eve', 'STREAMS', 's', '>'), null);
    });

    it('wants key and group', async () => {
      await refused(NO_KEY, 'XGROUP', 'SETID', 's', 'g', '$');
      await call('XADD', 's', '1-1', 'a', 'b');
      await refused(NO_GROUP, 'XGROUP', 'SETID', 's', 'g', '$');
      await refused(
        "ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.",
        ...['XGROUP', 'SETID', 's', 'g', '$', 'MKSTREAM'],
      );
    });
  });

  describe('DESTROY', () => {
    it('removes a group with its consumers', async () => {
      await call('XADD', 's', '1-1', 'a', 'b');
      await call('XGROUP', 'CREATE', 's', 'g', 0);
      await read('alice');
      await wire('XGROUP DESTROY s g', ':1\r\n');
      await wire('XGROUP DESTROY s g', ':0\r\n');
      await call('XGROUP', 'CREATE', 's', 'g', 0);
      await wire('XINFO CONSUMERS s g', '*0\r\n');
    });

    it('wants the key', async () => {
      await refused(NO_KEY, 'XGROUP', 'DESTROY', 's', 'g');
      await call('SET', 's', 'text');
      await refused(WRONG_TYPE, 'XGROUP', 'DESTROY', 's', 'g');
    });
  });

  describe('CREATECONSUMER and DELCONSUMER', () => {
    it('tell whether it is new, and what was pending with it', async () => {
      for (const id of ['1-1', '2-1']) await call('XADD', 's', id, 'a', 'b');
      await call('XGROUP', 'CREATE', 's', 'g', 0);
      await wire('XGROUP CREATECONSUMER s g alice', ':1\r\n');
      await wire('XGROUP CREATECONSUMER s g alice', ':0\r\n');
      await read('alice');
      await wire('XGROUP DELCONSUMER s g alice', ':2\r\n');
      await wire('XGROUP DELCONSUMER s g alice', ':0\r\n');
      assert.deepEqual(await call('XPENDING', 's', 'g'), [0, null, null, null]);
    });

    it('want key and group', async () => {
      for (const word of ['CREATECONSUMER', 'DELCONSUMER']) {
        await refused(NO_KEY, 'XGROUP', word, 'nothing', 'g', 'alice');
        await call('XADD', 's', '*', 'a', 'b');
        await refused(NO_GROUP, 'XGROUP', word, 's', 'g', 'alice');
      }
    });

    it('name consumers by their bytes', async () => {
      await call('XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM');
      for (const name of ['b', '', 'a\0', 'a', '\xff', 'aa'])
        await call('XGROUP', 'CREATECONSUMER', 's', 'g', Buffer.from(name, 'latin1'));
      const consumers = (await call('XINFO', 'CONSUMERS', 's', 'g')) as unknown[][];
      assert.deepEqual(
        consumers.map((consumer) => consumer[1]),
        ['', 'a', 'a\0', 'aa', 'b', '\xff'],
      );
    });
  });

  it('HELP tells the subcommands', async () => {
    const lines = (await call('XGROUP', 'HELP')) as string[];
    assert.equal(lines[0], 'XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:');
    assert.equal(lines.length, 17);
    await refused("ERR unknown subcommand 'NONE'. Try XGROUP HELP.", 'XGROUP', 'NONE', 's', 'g');
  });

  describe('XACK', () => {
    beforeEach(async () => {
      for (const id of ['1-1', '2-1', '3-1']) await call('XADD', 's', id, 'a', 'b');
      await call('XGROUP', 'CREATE', 's', 'g', 0);
      await read('alice', 'COUNT', 2);
      await read('bob');
    });

    it('takes entries off the list of whoever has them', async () => {
      await wire('XACK s g 1-1 3-1 9-9', ':2\r\n');
      await wire('XACK s g 1-1', ':0\r\n');
      assert.deepEqual(await call('XPENDING', 's', 'g'), [1, '2-1', '2-1', [['alice', '1']]]);
    });

    it('acknowledges nothing when one of the ids is none', async () => {
      await refused(INVALID_ID, 'XACK', 's', 'g', '1-1', 'x');
      await refused(INVALID_ID, 'XACK', 's', 'g', '-');
      assert.equal(((await call('XPENDING', 's', 'g')) as unknown[])[0], 3);
    });

    it('finds nothing without key or group, whatever the ids are', async () => {
      await wire('XACK nothing g x', ':0\r\n');
      await wire('XACK s none x', ':0\r\n');
      await call('SET', 'text', 'x');
      await refused(WRONG_TYPE, 'XACK', 'text', 'g', '1-1');
    });
  });
});
