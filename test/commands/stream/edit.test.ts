import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';

describeCommand('XLEN', ({ call, wire, refused }) => {
  it('counts the entries that are there', async () => {
    await wire('XLEN s', ':0\r\n');
    for (const time of [1, 2, 3]) await call('XADD', 's', time, 'a', 'b');
    await call('XDEL', 's', 2);
    await wire('XLEN s', ':2\r\n');
  });

  it('refuses other types', async () => {
    await call('SET', 's', 'text');
    await refused(WRONG_TYPE, 'XLEN', 's');
  });
});

describeCommand('XDEL', ({ call, wire, refused }) => {
  beforeEach(async () => {
    for (const time of [1, 2, 3]) await call('XADD', 's', time, 'a', time);
  });

  it('removes entries, each once, and counts them', async () => {
    await wire('XDEL s 2 2-0 9-9', ':1\r\n');
    assert.deepEqual(await call('XRANGE', 's', '-', '+'), [
      ['1-0', ['a', '1']],
      ['3-0', ['a', '3']],
    ]);
  });

  it('leaves a stream without entries', async () => {
    await wire('XDEL s 1 2 3', ':3\r\n');
    await wire('EXISTS s', ':1\r\n');
    await wire('XLEN s', ':0\r\n');
    await wire('XRANGE s - +', '*0\r\n');
  });

  it('removes nothing when one of the ids is none', async () => {
    await refused(INVALID_ID, 'XDEL', 's', 1, 'x');
    await wire('XLEN s', ':3\r\n');
  });

  it('finds nothing at a missing key, whatever the ids are', () => wire('XDEL nothing x', ':0\r\n'));

  it('refuses other types', async () => {
    await call('SET', 't', 'text');
    await refused(WRONG_TYPE, 'XDEL', 't', '1');
  });
});

describeCommand('XTRIM', ({ call, wire, refused }) => {
  const fill = async (count: number) => {
    for (let time = 1; time <= count; time++) await call('XADD', 's', time, 'a', time);
  };

  it('keeps the newest entries', async () => {
    await fill(10);
    await wire('XTRIM s MAXLEN 3', ':7\r\n');
    assert.deepEqual(
      ((await call('XRANGE', 's', '-', '+')) as string[][]).map(([id]) => id),
      ['8-0', '9-0', '10-0'],
    );
    await wire('XTRIM s MAXLEN = 3', ':0\r\n');
  });

  it('counts entries, not what was deleted', async () => {
    await fill(10);
    await call('XDEL', 's', 2, 4, 6);
    await wire('XTRIM s MAXLEN 5', ':2\r\n');
    assert.deepEqual(
      ((await call('XRANGE', 's', '-', '+')) as string[][]).map(([id]) => id),
      ['5-0', '7-0', '8-0', '9-0', '10-0'],
    );
  });

  it('removes what is before an id', async () => {
    await fill(10);
    await wire('XTRIM s MINID 4', ':3\r\n');
    await wire('XTRIM s MINID = 4-1', ':1\r\n');
    await wire('XTRIM s MINID 4-1', ':0\r\n');
    await wire('XTRIM s MINID 99', ':6\r\n');
    await wire('EXISTS s', ':1\r\n');
  });

  it('removes whole nodes only with ~, up to LIMIT entries', async () => {
    await call('CONFIG', 'SET', 'stream-node-max-entries', 10);
    await fill(55);
    await wire('XTRIM s MAXLEN ~ 52', ':0\r\n');
    await wire('XTRIM s MAXLEN ~ 38', ':10\r\n');
    await wire('XTRIM s MINID ~ 33 LIMIT 15', ':10\r\n');
    await wire('XTRIM s MINID ~ 33 LIMIT 0', ':10\r\n');
    await wire('XTRIM s MAXLEN ~ 0 LIMIT 9', ':0\r\n');
    await wire('XTRIM s MAXLEN ~ 0', ':25\r\n');
    await call('CONFIG', 'SET', 'stream-node-max-entries', 100);
  });

  it('refuses options that make no sense', async () => {
    await refused(
      'ERR syntax error, MAXLEN and MINID options at the same time are not compatible',
      ...['XTRIM', 's', 'MAXLEN', 1, 'MINID', 1],
    );
    await refused('ERR The MAXLEN argument must be >= 0.', 'XTRIM', 's', 'MAXLEN', -1);
    await refused('ERR The LIMIT argument must be >= 0.', 'XTRIM', 's', 'MAXLEN', '~', 1, 'LIMIT', -1);
    await refused(
      'ERR syntax error, LIMIT cannot be used without the special ~ option',
      ...['XTRIM', 's', 'MAXLEN', '=', 1, 'LIMIT', 1],
    );
    await refused(
      'ERR syntax error, LIMIT cannot be used without specifying a trimming strategy',
      ...['XTRIM', 's', 'LIMIT', 1],
    );
    await refused(INVALID_ID, 'XTRIM', 's', 'MINID', '-');
    await refused('ERR value is not an integer or out of range', 'XTRIM', 's', 'MAXLEN', '5-5');
    await refused('ERR syntax error', 'XTRIM', 's', 'LENGTH', 5);
    await refused('ERR syntax error', 'XTRIM', 's', 'MAXLEN', 5, 'NOMKSTREAM');
  });

  it('finds nothing at a missing key', () => wire('XTRIM nothing MAXLEN 0', ':0\r\n'));

  it('refuses other types', async () => {
    await call('SET', 't', 'text');
    await refused(WRONG_TYPE, 'XTRIM', 't', 'MAXLEN', 1);
  });
});
