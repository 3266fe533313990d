import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('CLIENT UNBLOCK', ({ call, refused, connect }) => {
  it('ends the waiting as its timeout would', async () => {
    const waiting = await connect();
    const id = Number(await waiting.call('CLIENT', 'ID'));
    const popped = waiting.call('BLPOP', 'list', 0);
    for (const reply of [1, 0]) assert.equal(await call('CLIENT', 'UNBLOCK', id), reply);
    assert.equal(await popped, null);
    assert.equal(await waiting.call('PING'), 'PONG');
  });

  it('ends the waiting with an error', async () => {
    const waiting = await connect();
    const id = Number(await waiting.call('CLIENT', 'ID'));
    const popped = waiting.refused('UNBLOCKED client unblocked via CLIENT UNBLOCK', 'BLPOP', 'list', '0');
    assert.equal(await call('CLIENT', 'UNBLOCK', id, 'error'), 1);
    await popped;
  });

  it('answers 0 for clients that do not wait, and for none', async () => {
    assert.equal(await call('CLIENT', 'UNBLOCK', await call('CLIENT', 'ID').then(Number)), 0);
    assert.equal(await call('CLIENT', 'UNBLOCK', 999_999), 0);
  });

  it('refuses what it does not understand', async () => {
    await refused('ERR value is not an integer or out of range', 'CLIENT', 'UNBLOCK', 'x');
    await refused('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR', 'CLIENT', 'UNBLOCK', 1, 'foo');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP.",
      ...['CLIENT', 'UNBLOCK', '1', 'ERROR', 'x'],
    );
  });
});
