import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
const NO_AUTH = 'NOAUTH Authentication required.';

describeCommand('AUTH', ({ call, refused }) => {
  it('tells that no password is asked for', () =>
    refused(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      'AUTH',
      'x',
    ));

  it('takes any password of the default user while none is set', async () => {
    assert.equal(await call('AUTH', 'default', 'anything'), 'OK');
  });

  it('knows no other user', () => refused(WRONG_PASSWORD, 'AUTH', 'nobody', 'x'));

  it('takes two words at most', async () => {
    await refused('ERR syntax error', 'AUTH', 'a', 'b', 'c');
    await refused("ERR wrong number of arguments for 'auth' command", 'AUTH');
  });
});

describeCommand('AUTH HELLO RESET', (kit) => {
  it('opens a connection that was made while a password is set', async () => {
    kit.memory.server.access.password = 's\xffcret';
    const client = await kit.connect();
    await client.refused(NO_AUTH, 'GET', 'key');
    await client.refused(WRONG_PASSWORD, 'AUTH', 'secret');
    await client.refused(NO_AUTH, 'GET', 'key');
    assert.equal(await client.call('AUTH', 's\xffcret'), 'OK');
    assert.equal(await client.call('GET', 'key'), null);
    await client.refused(WRONG_PASSWORD, 'AUTH', 'default', 'x');
    assert.equal(await client.call('GET', 'key'), null);
  });

  it('leaves those alone who were there before the password', async () => {
    kit.memory.server.access.password = 'secret';
    assert.equal(await kit.call('GET', 'key'), null);
    assert.equal(await kit.call('RESET'), 'RESET');
    kit.client.resp = 2;
    await kit.refused(NO_AUTH, 'GET', 'key');
  });

  it('refuses HELLO without credentials, and takes them there', async () => {
    kit.memory.server.access.password = 'secret';
    const client = await kit.connect();
    await client.refused(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
      'HELLO',
      '3',
    );
    await client.call('HELLO', 3, 'AUTH', 'default', 'secret');
    assert.equal(await client.call('GET', 'key'), null);
  });

  it('allows QUIT before AUTH', async () => {
    kit.memory.server.access.password = 'secret';
    const client = await kit.connect();
    assert.equal(await client.call('QUIT'), 'OK');
    await client.end();
  });
});
