/** ZCOUNT and ZLEXCOUNT: how many members a range has. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_SCORE_RANGE = 'ERR min or max is not a float';
const NO_NAME_RANGE = 'ERR min or max not valid string range item';

/** Members allowed in the packed form: all of a test's, or hardly any. */
const PACKED_COUNTS = [128, 2];

describeCommand('ZCOUNT', ({ call, wire, refused }) => {
  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', '-inf', 'low', -1.5, 'a', 2, 'b', 2, 'c', 2, 'd', 7, 'e', 'inf', 'high');
      });

      it('counts both ends in, unless they are excluded', async () => {
        await wire('ZCOUNT z 2 7', ':4\r\n');
        await wire('ZCOUNT z (2 7', ':1\r\n');
        await wire('ZCOUNT z 2 (7', ':3\r\n');
        await wire('ZCOUNT z (2 (7', ':0\r\n');
        await wire('ZCOUNT z 2 2', ':3\r\n');
        await wire('ZCOUNT z (2 2', ':0\r\n');
        await wire('ZCOUNT z 2 (2', ':0\r\n');
      });

      it('knows infinities as ends, which may be excluded, too', async () => {
        await wire('ZCOUNT z -inf +inf', ':7\r\n');
        await wire('ZCOUNT z (-inf (+inf', ':5\r\n');
        await wire('ZCOUNT z -inf -inf', ':1\r\n');
        await wire('ZCOUNT z inf inf', ':1\r\n');
      });

      it('counts nothing between scores, beyond them, and where the ends are crossed', async () => {
        await wire('ZCOUNT z 2.5 6.9', ':0\r\n');
        await wire('ZCOUNT z 8 1e300', ':0\r\n');
        await wire('ZCOUNT z 7 2', ':0\r\n');
        await wire('ZCOUNT z +inf -inf', ':0\r\n');
      });
    });
  }

  it('takes a bare parenthesis for zero, excluded', async () => {
    await call('ZADD', 'z', 0, 'a', 1, 'b');
    await wire('ZCOUNT z ( 1', ':1\r\n');
    await wire('ZCOUNT z -1 (', ':0\r\n');
  });

  it('counts nothing of a missing key', () => wire('ZCOUNT nothing -inf +inf', ':0\r\n'));

  it('refuses ends that are no numbers, even of a missing key', async () => {
    await refused(NO_SCORE_RANGE, 'ZCOUNT', 'nothing', 'a', 1);
    await refused(NO_SCORE_RANGE, 'ZCOUNT', 'nothing', 1, '(x');
    await refused(NO_SCORE_RANGE, 'ZCOUNT', 'nothing', '((1', 2);
    await refused(NO_SCORE_RANGE, 'ZCOUNT', 'nothing', 1, 'nan');
    await call('SET', 's', 'x');
    await refused(NO_SCORE_RANGE, 'ZCOUNT', 's', 'a', 1);
    await refused(WRONG_TYPE, 'ZCOUNT', 's', 1, 2);
  });
});

describeCommand('ZLEXCOUNT', ({ call, wire, refused }) => {
  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', 0, '', 0, 'a', 0, 'aa', 0, 'b', 0, 'c', 0, '\xff');
      });

      it('counts names in the order of their bytes', async () => {
        await wire('ZLEXCOUNT z - +', ':6\r\n');
        await wire('ZLEXCOUNT z [a [b', ':3\r\n');
        await wire('ZLEXCOUNT z (a [b', ':2\r\n');
        await wire('ZLEXCOUNT z [a (b', ':2\r\n');
        await wire('ZLEXCOUNT z (a (aa', ':0\r\n');
        await wire('ZLEXCOUNT z - (a', ':1\r\n');
        await wire('ZLEXCOUNT z [c +', ':2\r\n');
        assert.equal(await call('ZLEXCOUNT', 'z', '[\xfe', '[\xff'), 1);
      });

      it('takes a bare bracket for the empty name', async () => {
        await wire('ZLEXCOUNT z [ [', ':1\r\n');
        await wire('ZLEXCOUNT z ( +', ':5\r\n');
      });

      it('counts nothing where the ends are crossed or no name lies between', async () => {
        await wire('ZLEXCOUNT z + -', ':0\r\n');
        await wire('ZLEXCOUNT z [b [a', ':0\r\n');
        await wire('ZLEXCOUNT z [d [e', ':0\r\n');
        await wire('ZLEXCOUNT z - -', ':0\r\n');
        await wire('ZLEXCOUNT z + +', ':0\r\n');
      });
    });
  }

  it('refuses ends without a sign of what they are, even of a missing key', async () => {
    await wire('ZLEXCOUNT nothing - +', ':0\r\n');
    await refused(NO_NAME_RANGE, 'ZLEXCOUNT', 'nothing', 'a', '+');
    await refused(NO_NAME_RANGE, 'ZLEXCOUNT', 'nothing', '-', '++');
    await refused(NO_NAME_RANGE, 'ZLEXCOUNT', 'nothing', '', '+');
    await call('SET', 's', 'x');
    await refused(NO_NAME_RANGE, 'ZLEXCOUNT', 's', 'a', 'b');
    await refused(WRONG_TYPE, 'ZLEXCOUNT', 's', '-', '+');
  });
});
