import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('GEOADD', ({ call, refused }) => {
  it('adds places as members whose score is the interleaved position', async () => {
    const sicily = ['13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania'];
    assert.equal(await call('GEOADD', 'sicily', ...sicily), 2);
    assert.equal(await call('ZSCORE', 'sicily', 'Palermo'), '3479099956230698');
    assert.equal(await call('ZSCORE', 'sicily', 'Catania'), '3479447370796909');
  });

  it('counts moved places only with CH', async () => {
    await call('GEOADD', 'k', 1, 1, 'a');
    assert.equal(await call('GEOADD', 'k', 2, 2, 'a'), 0);
    assert.equal(await call('GEOADD', 'k', 'CH', 3, 3, 'a', 4, 4, 'b'), 2);
  });

  it('heeds NX and XX', async () => {
    assert.equal(await call('GEOADD', 'k', 'XX', 1, 1, 'a'), 0);
    assert.equal(await call('EXISTS', 'k'), 0);
    await call('GEOADD', 'k', 1, 1, 'a');
    assert.equal(await call('GEOADD', 'k', 'NX', 'CH', 2, 2, 'a'), 0);
    await refused('ERR syntax error', 'GEOADD', 'k', 'NX', 'XX', 1, 1, 'a');
  });

  it('changes nothing when one position is invalid', async () => {
    await refused(
      'ERR invalid longitude,latitude pair 181.000000,1.000000',
      'GEOADD',
      'k',
      1,
      1,
      'a',
      181,
      1,
      'b',
    );
    await refused('ERR value is not a valid float', 'GEOADD', 'k', 'x', 1, 'a');
    assert.equal(await call('EXISTS', 'k'), 0);
  });

  it('takes the ends of the world', async () => {
    await call('GEOADD', 'k', 180, '85.05112878', 'a', -180, '-85.05112878', 'b');
    assert.equal(await call('ZSCORE', 'k', 'b'), '0');
    assert.deepEqual(await call('GEOPOS', 'k', 'a'), [['180', '85.0511287799999991']]);
  });
});
