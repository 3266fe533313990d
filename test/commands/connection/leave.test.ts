import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('QUIT', (kit) => {
  it('answers, closes, and runs nothing that follows', async () => {
    const { client } = kit;
    client.send('SET key before\r\nQUIT any words\r\nSET key after\r\n');
    assert.equal((await client.reply()).toString(), '+OK\r\n');
    assert.equal((await client.reply()).toString(), '+OK\r\n');
    await client.end();
    assert.equal(client.unread, 0);
    const other = await kit.connect();
    assert.equal(await other.call('GET', 'key'), 'before');
  });
});

describeCommand('RESET', (kit) => {
  it('makes the connection as it was at first', async () => {
    const { client } = kit;
    await kit.call('SELECT', 9);
    await kit.call('CLIENT', 'SETNAME', 'worker');
    await kit.wire('RESET', '+RESET\r\n');
    client.resp = 2;
    assert.equal(await kit.call('CLIENT', 'GETNAME'), null);
    const info = String(await kit.call('CLIENT', 'INFO'));
    assert.match(info, / name= .* flags=N db=0 .* resp=2/);
    await kit.wire('GET nothing', '$-1\r\n');
  });

  it('ends NO-EVICT and NO-TOUCH, as 7.2 does', async () => {
    const session = kit.memory.server.sessions.get(1);
    await kit.call('CLIENT', 'NO-EVICT', 'on');
    await kit.call('CLIENT', 'NO-TOUCH', 'on');
    await kit.call('RESET');
    assert.deepEqual([session?.isNoEvict, session?.isNoTouch], [false, false]);
  });

  it('lets a client hear again that had turned replies off', async () => {
    const { client } = kit;
    client.send('CLIENT REPLY OFF\r\nPING\r\nRESET\r\n');
    assert.equal((await client.reply()).toString(), '+RESET\r\n');
    assert.equal(client.unread, 0);
  });

  it('takes no words', () => kit.refused("ERR wrong number of arguments for 'reset' command", 'RESET', 'x'));
});
