import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';

/** What follows the time and the client. */
async function shown(monitor: Client): Promise<string> {
  const line = (await monitor.reply()).toString('latin1');
  const match = /^\+\d+\.\d{6} \[(\d+) [^\]]+\] (.*)\r\n$/.exec(line);
  assert.ok(match !== null, line);
  return `${match[1]}: ${match[2]}`;
}

describeCommand('MONITOR', ({ call, connect }) => {
  it('shows every request that ran, in quotes, with its database', async () => {
    const monitor = await connect();
    assert.equal(await monitor.call('MONITOR'), 'OK');
    await call('SET', 'a\0"\\\r\n\x7f\xe9\t\b\x07', 'b');
    await call('SELECT', 3);
    await assert.rejects(call('INCRBY', 'nothing', 'x'));
    await assert.rejects(call('GET'));
    await assert.rejects(call('nonsense'));
    await call('PING');
    assert.equal(await shown(monitor), String.raw`0: "SET" "a\x00\"\\\r\n\x7f\xe9\t\b\a" "b"`);
    assert.equal(await shown(monitor), '3: "SELECT" "3"');
    assert.equal(await shown(monitor), '3: "INCRBY" "nothing" "x"');
    assert.equal(await shown(monitor), '3: "PING"');
    assert.equal(monitor.unread, 0);
    monitor.close();
  });

  it('shows no administration, and no passwords', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    await call('CONFIG', 'GET', 'maxclients');
    await call('CLIENT', 'LIST');
    await assert.rejects(call('AUTH', 'secret'));
    await call('AUTH', 'default', 'secret');
    await call('HELLO', 2, 'AUTH', 'default', 'secret');
    assert.equal(await shown(monitor), '0: "AUTH" "(redacted)"');
    assert.equal(await shown(monitor), '0: "AUTH" "(redacted)" "(redacted)"');
    assert.equal(await shown(monitor), '0: "HELLO" "2" "AUTH" "(redacted)" "(redacted)"');
    monitor.close();
  });

  it('shows a transaction as it runs, EXEC last', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    await call('MULTI');
    await call('SET', 'key', 'value');
    await call('EXEC');
    assert.equal(await shown(monitor), '0: "MULTI"');
    assert.equal(await shown(monitor), '0: "SET" "key" "value"');
    assert.equal(await shown(monitor), '0: "EXEC"');
    monitor.close();
  });

  it('shows an EXEC that is refused, too, since it ends the transaction', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    await call('MULTI');
    await assert.rejects(call('EXEC', 'x'));
    await assert.rejects(call('DISCARD', 'x'));
    await call('PING');
    assert.equal(await shown(monitor), '0: "MULTI"');
    assert.equal(await shown(monitor), '0: "EXEC" "x"');
    assert.equal(await shown(monitor), '0: "PING"');
    monitor.close();
  });

  it('is not answered a second time', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    monitor.send('MONITOR\r\n');
    await call('PING');
    assert.equal(await shown(monitor), '0: "PING"');
    monitor.close();
  });

  it('shows a request that waits when it begins to, and once', async () => {
    const [monitor, waiting] = [await connect(), await connect()];
    await monitor.call('MONITOR');
    const popped = waiting.call('BLPOP', 'list', 0);
    assert.equal(await shown(monitor), '0: "BLPOP" "list" "0"');
    await call('RPUSH', 'list', 'x');
    await popped;
    assert.equal(await shown(monitor), '0: "RPUSH" "list" "x"');
    await call('PING');
    assert.equal(await shown(monitor), '0: "PING"');
    monitor.close();
  });

  it('shows a request that is run again when it needs wait no longer once, too', async () => {
    const [monitor, waiting] = [await connect(), await connect()];
    const id = Number(await waiting.call('CLIENT', 'ID'));
    await monitor.call('MONITOR');
    const waits = waiting.call('WAIT', 1, 0);
    assert.equal(await shown(monitor), '0: "WAIT" "1" "0"');
    assert.equal(await call('CLIENT', 'UNBLOCK', id), 1);
    assert.equal(await waits, 0);
    await call('PING');
    assert.equal(await shown(monitor), '0: "PING"');
    monitor.close();
  });

  it('shows its own requests after their replies, and keeps it from the data until RESET', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    assert.equal(await monitor.call('PING'), 'PONG');
    assert.equal(await shown(monitor), '0: "PING"');
    for (const words of [
      ['GET', 'key'],
      ['SET', 'key', 'x'],
      ['PUBLISH', 'a', 'b'],
    ]) {
      await monitor.refused("ERR Replica can't interact with the keyspace", ...words);
    }
    assert.match(String(await call('CLIENT', 'LIST')), / flags=O /);
    assert.equal(await monitor.call('RESET'), 'RESET');
    monitor.resp = 2;
    assert.equal(await monitor.call('GET', 'key'), null);
    monitor.close();
  });

  it('is not for transactions', async () => {
    await call('MULTI');
    await call('MONITOR');
    const [failure] = (await call('EXEC')) as Error[];
    assert.equal(failure.message, "ERR MONITOR isn't allowed for DENY BLOCKING client");
  });

  it('shows a script before what it does', async () => {
    const monitor = await connect();
    await monitor.call('MONITOR');
    await call('EVAL', "return redis.call('GET', KEYS[1])", 1, 'key');
    assert.equal(await shown(monitor), `0: "EVAL" "return redis.call('GET', KEYS[1])" "1" "key"`);
    assert.equal(await shown(monitor), '0: "GET" "key"');
    await assert.rejects(call('FCALL', 'nothing', 0));
    assert.equal(await shown(monitor), '0: "FCALL" "nothing" "0"');
    monitor.close();
  });
});
