import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('PING', ({ wire, refused, resp, call, raw }) => {
  it('answers PONG, or what it was given', async () => {
    await wire('PING', '+PONG\r\n');
    await wire(['PING', 'a\r\nb\0'], '$5\r\na\r\nb\0\r\n');
    await wire(['PING', ''], '$0\r\n\r\n');
  });

  it('takes one argument at most', () =>
    refused("ERR wrong number of arguments for 'ping' command", 'PING', 'a', 'b'));

  it('answers a subscriber in RESP2 in the form of a message', async () => {
    if (resp === 3) return;
    await call('SUBSCRIBE', 'channel');
    await wire('PING', '*2\r\n$4\r\npong\r\n$0\r\n\r\n');
    await wire('PING hello', '*2\r\n$4\r\npong\r\n$5\r\nhello\r\n');
    await raw('UNSUBSCRIBE');
    await wire('PING', '+PONG\r\n');
  });

  it('is queued in transactions', async () => {
    await call('MULTI');
    await wire('PING', '+QUEUED\r\n');
    assert.deepEqual(await call('EXEC'), ['PONG']);
  });
});

describeCommand('ECHO', ({ wire, refused }) => {
  it('gives back its argument', async () => {
    await wire(['ECHO', 'a b'], '$3\r\na b\r\n');
    await refused("ERR wrong number of arguments for 'echo' command", 'ECHO');
    await refused("ERR wrong number of arguments for 'echo' command", 'ECHO', 'a', 'b');
  });
});
