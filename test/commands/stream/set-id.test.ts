import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import type { Plain } from '../../support/reply-node.js';

const OK = '+OK\r\n';
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';

describeCommand('XSETID', ({ call, wire, refused }) => {
  /** The last id, the greatest deleted one, entries added. */
  const facts = async () => {
    const info = (await call('XINFO', 'STREAM', 's')) as Plain[];
    return ['last-generated-id', 'max-deleted-entry-id', 'entries-added'].map(
      (field) => info[info.indexOf(field) + 1],
    );
  };

  beforeEach(async () => {
    for (const id of ['1-1', '2-1', '3-1']) await call('XADD', 's', id, 'a', 'b');
  });

  it('sets the last id', async () => {
    await wire('XSETID s 200-5', OK);
    assert.deepEqual(await facts(), ['200-5', '0-0', 3]);
    assert.equal(await call('XADD', 's', '200-*', 'a', 'b'), '200-6');
  });

  it('sets what was added and deleted', async () => {
    await wire('XSETID s 7 ENTRIESADDED 100 MAXDELETEDID 2-7', OK);
    assert.deepEqual(await facts(), ['7-0', '2-7', 100]);
    await wire('XSETID s 7 ENTRIESADDED 9223372036854775807', OK);
    assert.deepEqual(await facts(), ['7-0', '2-7', 9223372036854775807n]);
    await wire('XSETID s 8 MAXDELETEDID 0-0', OK);
    assert.deepEqual(await facts(), ['8-0', '2-7', 9223372036854775807n]);
  });

  it('goes back where entries were deleted from the end of an emptied stream only', async () => {
    await refused(
      'ERR The ID specified in XSETID is smaller than the target stream top item',
      ...['XSETID', 's', '3-0'],
    );
    await wire('XSETID s 3-1', OK);
    await call('XTRIM', 's', 'MAXLEN', 0);
    await wire('XSETID s 1-0', OK);
    assert.deepEqual(await facts(), ['1-0', '0-0', 3]);
  });

  it('refuses what contradicts itself or the stream', async () => {
    await refused('ERR entries_added must be positive', 'XSETID', 's', '9', 'ENTRIESADDED', -1);
    await refused(
      'ERR The entries_added specified in XSETID is smaller than the target stream length',
      ...['XSETID', 's', '9', 'ENTRIESADDED', 2],
    );
    await refused(
      'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
      ...['XSETID', 's', '9', 'MAXDELETEDID', '9-1'],
    );
    await refused('ERR value is not an integer or out of range', 'XSETID', 's', '9', 'ENTRIESADDED', 'x');
    await refused(INVALID_ID, 'XSETID', 's', 'x');
    await refused(INVALID_ID, 'XSETID', 's', '$');
    await refused(INVALID_ID, 'XSETID', 's', '9', 'MAXDELETEDID', '-');
    await refused('ERR syntax error', 'XSETID', 's', '9', 'ENTRIESADDED');
    await refused('ERR syntax error', 'XSETID', 's', '9', 'x', 5);
    assert.deepEqual(await facts(), ['3-1', '0-0', 3]);
  });

  it('wants a stream', async () => {
    await refused('ERR no such key', 'XSETID', 'nothing', '1');
    await call('SET', 'text', 'x');
    await refused('WRONGTYPE Operation against a key holding the wrong kind of value', 'XSETID', 'text', '1');
  });
});

describeCommand(
  'XSETID',
  ({ call, refused }) => {
    it('does not go behind what was deleted', async () => {
      for (const id of ['1-1', '2-1', '3-1']) await call('XADD', 's', id, 'a', 'b');
      await call('XDEL', 's', '2-1', '3-1');
      await refused(
        'ERR The ID specified in XSETID is smaller than current max_deleted_entry_id',
        ...['XSETID', 's', '2-1'],
      );
    });
  },
  { ourOwn: '7.2 compares with the greatest deleted id' },
);
