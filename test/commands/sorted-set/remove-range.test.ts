/** ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX: ranges of members go. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NO_INTEGER = 'ERR value is not an integer or out of range';
const NO_SCORE_RANGE = 'ERR min or max is not a float';
const NO_NAME_RANGE = 'ERR min or max not valid string range item';

/** Members allowed in the packed form: all of a test's, or hardly any. */
const PACKED_COUNTS = [128, 2];

describeCommand('ZREMRANGEBYRANK', ({ call, wire, refused }) => {
  const left = () => call('ZRANGE', 'z', 0, -1);

  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c', 4, 'd', 5, 'e');
      });

      it('removes from either end and amid', async () => {
        await wire('ZREMRANGEBYRANK z 1 2', ':2\r\n');
        assert.deepEqual(await left(), ['a', 'd', 'e']);
        await wire('ZREMRANGEBYRANK z -1 -1', ':1\r\n');
        await wire('ZREMRANGEBYRANK z 0 0', ':1\r\n');
        assert.deepEqual(await left(), ['d']);
      });

      it('clamps ranks that are beyond either end, and removes nothing where they are crossed', async () => {
        await wire('ZREMRANGEBYRANK z 5 9', ':0\r\n');
        await wire('ZREMRANGEBYRANK z 3 2', ':0\r\n');
        await wire('ZREMRANGEBYRANK z -1 -2', ':0\r\n');
        await wire('ZREMRANGEBYRANK z -99 1', ':2\r\n');
        await wire('ZREMRANGEBYRANK z 1 99', ':2\r\n');
        assert.deepEqual(await left(), ['c']);
      });

      it('removes the key with the last member', async () => {
        await wire('ZREMRANGEBYRANK z 0 -1', ':5\r\n');
        await wire('EXISTS z', ':0\r\n');
      });
    });
  }

  it('refuses ranks that are no integers before it looks at the key', async () => {
    await wire('ZREMRANGEBYRANK nothing 0 -1', ':0\r\n');
    await refused(NO_INTEGER, 'ZREMRANGEBYRANK', 'nothing', 'a', 1);
    await call('SET', 's', 'x');
    await refused(NO_INTEGER, 'ZREMRANGEBYRANK', 's', 0, 1.5);
    await refused(WRONG_TYPE, 'ZREMRANGEBYRANK', 's', 0, 1);
  });
});

describeCommand('ZREMRANGEBYSCORE', ({ call, wire, refused }) => {
  const left = () => call('ZRANGE', 'z', 0, -1);

  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', '-inf', 'a', 2, 'b', 2, 'c', 2.5, 'd', 'inf', 'e');
      });

      it('removes with both ends, or without', async () => {
        await wire('ZREMRANGEBYSCORE z (2 2.5', ':1\r\n');
        await wire('ZREMRANGEBYSCORE z (-inf (2', ':0\r\n');
        await wire('ZREMRANGEBYSCORE z 2 2', ':2\r\n');
        assert.deepEqual(await left(), ['a', 'e']);
        await wire('ZREMRANGEBYSCORE z -inf (inf', ':1\r\n');
        await wire('ZREMRANGEBYSCORE z inf inf', ':1\r\n');
        await wire('EXISTS z', ':0\r\n');
      });

      it('removes nothing where the ends are crossed', async () => {
        await wire('ZREMRANGEBYSCORE z 3 2', ':0\r\n');
        await wire('ZREMRANGEBYSCORE z (2 (2', ':0\r\n');
        assert.equal(await call('ZCARD', 'z'), 5);
      });
    });
  }

  it('refuses ends that are no numbers before it looks at the key', async () => {
    await wire('ZREMRANGEBYSCORE nothing -inf +inf', ':0\r\n');
    await refused(NO_SCORE_RANGE, 'ZREMRANGEBYSCORE', 'nothing', 1, 'x');
    await call('SET', 's', 'x');
    await refused(NO_SCORE_RANGE, 'ZREMRANGEBYSCORE', 's', '(x', 1);
    await refused(WRONG_TYPE, 'ZREMRANGEBYSCORE', 's', 1, 2);
  });
});

describeCommand('ZREMRANGEBYLEX', ({ call, wire, refused }) => {
  const left = () => call('ZRANGE', 'z', 0, -1);

  for (const packed of PACKED_COUNTS) {
    describe(`of up to ${packed} packed members`, () => {
      beforeEach(async () => {
        await call('CONFIG', 'SET', 'zset-max-listpack-entries', packed);
        await call('ZADD', 'z', 0, 'a', 0, 'b', 0, 'c', 0, 'd', 0, 'e');
      });

      it('removes by name, with both ends or without', async () => {
        await wire('ZREMRANGEBYLEX z (a [b', ':1\r\n');
        await wire('ZREMRANGEBYLEX z [d (e', ':1\r\n');
        assert.deepEqual(await left(), ['a', 'c', 'e']);
        await wire('ZREMRANGEBYLEX z + -', ':0\r\n');
        await wire('ZREMRANGEBYLEX z - (c', ':1\r\n');
        await wire('ZREMRANGEBYLEX z - +', ':2\r\n');
        await wire('EXISTS z', ':0\r\n');
      });
    });
  }

  it('refuses names without a sign of what they are before it looks at the key', async () => {
    await wire('ZREMRANGEBYLEX nothing - +', ':0\r\n');
    await refused(NO_NAME_RANGE, 'ZREMRANGEBYLEX', 'nothing', 'a', '+');
    await call('SET', 's', 'x');
    await refused(NO_NAME_RANGE, 'ZREMRANGEBYLEX', 's', '-', 'b');
    await refused(WRONG_TYPE, 'ZREMRANGEBYLEX', 's', '-', '+');
  });
});
