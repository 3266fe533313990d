import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';

describeCommand('ROLE', ({ wire }) => {
  it('is a master without replicas', () => wire('ROLE', '*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n'));
});

describeCommand('REPLICAOF', ({ call, refused }) => {
  it('follows no one', async () => {
    assert.equal(await call('REPLICAOF', 'no', 'one'), 'OK');
    assert.equal(await call('SLAVEOF', 'NO', 'ONE'), 'OK');
  });

  it('asks for a port', async () => {
    await refused('ERR Invalid master port', 'REPLICAOF', 'NO', 'x');
    await refused('ERR Invalid master port', 'SLAVEOF', '127.0.0.1', 70_000);
  });
});

describeCommand('CLUSTER', ({ refused }) => {
  const disabled = 'ERR This instance has cluster support disabled';

  it('is disabled', async () => {
    for (const words of [
      'CLUSTER INFO',
      'CLUSTER NODES',
      'CLUSTER SLOTS',
      'CLUSTER SHARDS',
      'CLUSTER KEYSLOT x',
    ]) {
      await refused(disabled, ...words.split(' '));
    }
    for (const word of ['READONLY', 'READWRITE', 'ASKING']) await refused(disabled, word);
  });

  it('still knows its subcommands', () =>
    refused("ERR unknown subcommand 'FOO'. Try CLUSTER HELP.", 'CLUSTER', 'FOO'));
});

describeCommand('MODULE', ({ wire }) => {
  it('has none', () => wire('MODULE LIST', '*0\r\n'));
});

describeCommand('SHUTDOWN', ({ refused }) => {
  it('refuses what contradicts itself', async () => {
    for (const words of [['SAVE', 'NOSAVE'], ['ABORT', 'NOW'], ['foo'], ['NOW', 'ABORT']]) {
      await refused('ERR syntax error', 'SHUTDOWN', ...words);
    }
    await refused('ERR No shutdown in progress.', 'SHUTDOWN', 'ABORT');
  });
});

describe('SHUTDOWN', () => {
  it('asks whoever made the server to stop it, and closes the connection without a reply', async () => {
    let stops = 0;
    const memory = new MemoryServer({ stop: () => stops++ });
    const client = memory.connect();
    client.send('SHUTDOWN NOSAVE\r\nPING\r\n');
    await client.end();
    assert.deepEqual([stops, client.unread], [1, 0]);
  });

  it('fails when nobody can', () =>
    new MemoryServer().connect().refused('ERR Errors trying to SHUTDOWN. Check logs.', 'SHUTDOWN'));
});
