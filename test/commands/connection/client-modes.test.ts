import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('CLIENT REPLY', (kit) => {
  it('is silent from OFF until ON', async () => {
    const { client } = kit;
    client.send(
      'CLIENT REPLY OFF\r\nPING\r\nnonsense\r\nCLIENT REPLY SKIP\r\nPING\r\nCLIENT REPLY ON\r\nECHO x\r\n',
    );
    assert.equal((await client.reply()).toString(), '+OK\r\n');
    assert.equal((await client.reply()).toString(), '$1\r\nx\r\n');
    assert.equal(client.unread, 0);
  });

  it('leaves out one reply after SKIP, and none of its own', async () => {
    const { client } = kit;
    client.send('CLIENT REPLY SKIP\r\nECHO 1\r\nECHO 2\r\n');
    assert.equal((await client.reply()).toString(), '$1\r\n2\r\n');
    client.send('CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\n');
    assert.equal((await client.reply()).toString(), '+OK\r\n');
  });

  it('in a transaction leaves out from where it stands, be it the head of the array', async () => {
    kit.client.send('MULTI\r\nSET key value\r\nCLIENT REPLY OFF\r\nGET key\r\n');
    for (let index = 0; index < 4; index++) await kit.client.reply();
    kit.client.send('EXEC\r\nGET key\r\nCLIENT REPLY ON\r\nPING\r\n');
    // Of three, the first; what follows are the replies to CLIENT REPLY ON and PING.
    assert.equal((await kit.client.reply()).toString(), '*3\r\n+OK\r\n+OK\r\n+PONG\r\n');
    kit.client.send('CLIENT REPLY OFF\r\nMULTI\r\nCLIENT REPLY ON\r\nGET key\r\nEXEC\r\n');
    assert.equal((await kit.client.reply()).toString(), '+OK\r\n');
    assert.equal((await kit.client.reply()).toString(), '$5\r\nvalue\r\n');
    kit.client.send('MULTI\r\nCLIENT REPLY SKIP\r\nGET key\r\n');
    for (let index = 0; index < 3; index++) await kit.client.reply();
    kit.client.send('EXEC\r\nGET key\r\nECHO there\r\n');
    assert.equal((await kit.client.reply()).toString(), '*2\r\n$5\r\nvalue\r\n$5\r\nthere\r\n');
    await kit.call('DEL', 'key');
  });

  it('knows no other mode', () => kit.refused('ERR syntax error', 'CLIENT', 'REPLY', 'maybe'));
});

describeCommand('CLIENT NO-EVICT', ({ call, refused }) => {
  it('shows as a flag', async () => {
    assert.equal(await call('CLIENT', 'NO-EVICT', 'on'), 'OK');
    assert.match(String(await call('CLIENT', 'INFO')), / flags=e /);
    await call('CLIENT', 'NO-EVICT', 'OFF');
    assert.match(String(await call('CLIENT', 'INFO')), / flags=N /);
    await refused('ERR syntax error', 'CLIENT', 'NO-EVICT', 'maybe');
  });
});

describeCommand(
  'CLIENT NO-TOUCH',
  (kit) => {
    const { call, advance, connect } = kit;

    it('keeps reads from counting as uses, for this connection only', async () => {
      const idleMs = (): number => {
        const { keyspace } = kit.memory.server;
        const [database] = keyspace.databases;
        const entry = database.find(Buffer.from('key'), 0, 3);
        return keyspace.accessClock.idleMs(keyspace.arena.word(entry, 0) >>> 8);
      };
      const other = await connect();
      await call('SET', 'key', 'value');
      await call('CLIENT', 'NO-TOUCH', 'on');
      assert.match(String(await call('CLIENT', 'INFO')), / flags=T /);
      advance(60_000);
      await call('GET', 'key');
      assert.equal(idleMs(), 60_000);
      await other.call('GET', 'key');
      assert.equal(idleMs(), 0);
    });
  },
  { ourOwn: 'redis-server 7.0 has no CLIENT NO-TOUCH' },
);
