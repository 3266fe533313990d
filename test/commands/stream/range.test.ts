import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const NULL_ARRAY = { resp2: '*-1\r\n', resp3: '_\r\n' };
const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';
const MAX = '18446744073709551615';

describeCommand('XRANGE XREVRANGE', ({ call, wire, refused }) => {
  const ids = async (...words: (string | number)[]) => {
    const entries = (await call(...words)) as [string, string[]][];
    return entries.map(([id]) => id).join(' ');
  };

  beforeEach(async () => {
    for (const id of ['1-1', '1-2', '2-0', '3-5', `3-${MAX}`, `${MAX}-${MAX}`])
      await call('XADD', 's', id, 'a', id);
  });

  it('returns ids, and fields and values flat', () =>
    wire('XRANGE s 2 2', '*1\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\na\r\n$3\r\n2-0\r\n'));

  it('includes both ends', async () => {
    assert.equal(await ids('XRANGE', 's', '1-2', '3-5'), '1-2 2-0 3-5');
    assert.equal(await ids('XREVRANGE', 's', '3-5', '1-2'), '3-5 2-0 1-2');
  });

  it('takes a time for all of its ids', async () => {
    assert.equal(await ids('XRANGE', 's', '1', '1'), '1-1 1-2');
    assert.equal(await ids('XREVRANGE', 's', '3', '3'), `3-${MAX} 3-5`);
  });

  it('goes from - to +', async () => {
    assert.equal(await ids('XRANGE', 's', '-', '+', 'COUNT', 2), '1-1 1-2');
    assert.equal(await ids('XREVRANGE', 's', '+', '-', 'COUNT', 2), `${MAX}-${MAX} 3-${MAX}`);
    assert.equal(await ids('XRANGE', 's', '+', '-'), '');
    assert.equal(await ids('XRANGE', 's', '+', '+'), `${MAX}-${MAX}`);
  });

  it('excludes an end after a parenthesis', async () => {
    assert.equal(await ids('XRANGE', 's', '(1-1', '(3-5'), '1-2 2-0');
    assert.equal(await ids('XREVRANGE', 's', '(3-5', '(1-1'), '2-0 1-2');
    // A time that is excluded is its first id at the start, its last at the end.
    assert.equal(await ids('XRANGE', 's', '(1', '(3'), '1-1 1-2 2-0 3-5');
  });

  it('refuses to exclude the ends of all ids', async () => {
    await refused('ERR invalid start ID for the interval', 'XRANGE', 's', `(${MAX}-${MAX}`, '+');
    await refused('ERR invalid end ID for the interval', 'XRANGE', 's', '-', '(0-0');
    await refused(INVALID_ID, 'XRANGE', 's', '(-', '+');
    await refused(INVALID_ID, 'XRANGE', 's', '-', '(+');
  });

  it('refuses what is no id before it looks at the key', async () => {
    await call('SET', 't', 'text');
    await refused(INVALID_ID, 'XRANGE', 't', 'x', '+');
    await refused(INVALID_ID, 'XREVRANGE', 't', '+', '1-x');
    await refused(
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      'XRANGE',
      't',
      '-',
      '+',
    );
  });

  it('answers a null array for COUNT 0, and an empty one for a missing key', async () => {
    await wire('XRANGE s - + COUNT 0', NULL_ARRAY);
    await wire('XRANGE s - + COUNT -5', NULL_ARRAY);
    await wire('XRANGE nothing - + COUNT 0', '*0\r\n');
    await wire('XREVRANGE nothing + -', '*0\r\n');
  });

  it('refuses what is no COUNT', async () => {
    await refused('ERR syntax error', 'XRANGE', 's', '-', '+', 'COUNT');
    await refused('ERR syntax error', 'XRANGE', 's', '-', '+', 'LIMIT', 5);
    await refused('ERR value is not an integer or out of range', 'XRANGE', 's', '-', '+', 'COUNT', 'x');
  });

  it('walks over nodes and what was deleted', async () => {
    const names: string[] = [];
    for (let time = 10; time < 400; time++) {
      const id = `${time}-1`;
      await call('XADD', 'long', id, ...(time % 7 === 0 ? ['other', 'field'] : ['a', 'b']));
      if (time % 3 === 0) await call('XDEL', 'long', id);
      else names.push(id);
    }
    assert.equal(await ids('XRANGE', 'long', '-', '+'), names.join(' '));
    assert.equal(await ids('XREVRANGE', 'long', '+', '-'), names.toReversed().join(' '));
    assert.equal(await ids('XRANGE', 'long', 200, 210), names.slice(127, 134).join(' '));
  });
});
