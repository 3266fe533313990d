import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const text = (word: string) => `$${word.length}\r\n${word}\r\n`;
/** The reply's fields, each already in RESP. */
const fields = (resp: number, id: number) =>
  `${text('server')}${text('redis')}${text('version')}${text('7.2.4')}${text('proto')}:${resp}\r\n` +
  `${text('id')}:${id}\r\n${text('mode')}${text('standalone')}${text('role')}${text('master')}` +
  `${text('modules')}*0\r\n`;

describeCommand(
  'HELLO',
  ({ wire, connect }) => {
    it('describes the connection without changing it', () =>
      wire('HELLO', { resp2: `*14\r\n${fields(2, 1)}`, resp3: `%7\r\n${fields(3, 1)}` }));

    it('replies in the protocol that it switches to', async () => {
      await wire('HELLO 3', `%7\r\n${fields(3, 1)}`);
      await wire('GET nothing', '_\r\n');
      await wire('HELLO 2', `*14\r\n${fields(2, 1)}`);
      await wire('GET nothing', '$-1\r\n');
    });

    it('numbers connections', async () => {
      const other = await connect();
      await other.wire('HELLO 2', `*14\r\n${fields(2, 2)}`);
    });
  },
  { ourOwn: 'the version in the reply is 7.2.4' },
);

describeCommand('HELLO AUTH SETNAME', ({ call, refused, connect }) => {
  it('refuses versions that are none or that nobody speaks', async () => {
    await refused('ERR Protocol version is not an integer or out of range', 'HELLO', 'x');
    await refused('NOPROTO unsupported protocol version', 'HELLO', 1);
    await refused('NOPROTO unsupported protocol version', 'HELLO', 4);
  });

  it('names the option that it does not understand', async () => {
    await refused("ERR Syntax error in HELLO option 'foo'", 'HELLO', 2, 'foo');
    await refused("ERR Syntax error in HELLO option 'AUTH'", 'HELLO', 2, 'AUTH', 'x');
    await refused("ERR Syntax error in HELLO option 'setname'", 'HELLO', 2, 'setname');
  });

  it('changes nothing when one of its options fails', async () => {
    await refused(
      'WRONGPASS invalid username-password pair or user is disabled.',
      ...['HELLO', '3', 'AUTH', 'nobody', 'secret', 'SETNAME', 'worker'],
    );
    assert.equal(await call('CLIENT', 'GETNAME'), null);
    await refused(
      'ERR Client names cannot contain spaces, newlines or special characters.',
      ...['HELLO', '3', 'SETNAME', 'a b'],
    );
  });

  it('sets the name of the connection', async () => {
    await call('HELLO', 2, 'SETNAME', 'worker');
    const other = await connect();
    assert.match(String(await other.call('CLIENT', 'LIST')), / name=worker /);
  });
});
