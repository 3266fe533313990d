import { describeCommand } from '../support/describe-command.js';

describeCommand(
  'BLPOP',
  ({ refused, raw, tick, advance }) => {
    it('takes seconds that a double has no room for as too many, or as the fewest', async () => {
      await refused('ERR timeout is out of range', 'BLPOP', 'list', '1e400');
      await refused('ERR timeout is out of range', 'BLPOP', 'list', '9'.repeat(310));
      await refused('ERR timeout is negative', 'BLPOP', 'list', '-1e400');
      await refused('ERR timeout is not a float or out of range', 'BLPOP', 'list', '1e5000');
      const waited = raw('BLPOP', 'list', '1e-400');
      advance(1);
      tick();
      await waited;
    });
  },
  { ourOwn: '7.2 says that the timeout is out of range, 7.0 that it is negative' },
);
