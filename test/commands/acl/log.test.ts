import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

type Entry = Record<string, unknown>;

function entriesOf(reply: unknown): Entry[] {
  assert.ok(Array.isArray(reply));
  return reply.map((pairs: unknown[]) =>
    Object.fromEntries(pairs.flatMap((name, at) => (at % 2 ? [] : [[name, pairs[at + 1]]]))),
  );
}

const summary = ({ count, reason, context, object, username }: Entry) => [
  count,
  reason,
  context,
  object,
  username,
];

describeCommand('ACL LOG', ({ call, connect, refused }) => {
  const log = async (...words: (string | number)[]) => entriesOf(await call('ACL', 'LOG', ...words));

  it('tells who was denied what, newest first', async () => {
    await call('ACL', 'LOG', 'RESET');
    await call('ACL', 'SETUSER', 'alice', 'reset', 'on', '>x', '+get', '+publish', '+multi', '~a');
    const client = await connect();
    await client.raw('auth', 'alice', 'y');
    await client.call('AUTH', 'alice', 'x');
    for (const request of ['GET b', 'SET a 1', 'PUBLISH c 1', 'MULTI', 'CONFIG SET hz 1', 'GET b', 'GET b']) {
      await client.raw(...request.split(' '));
    }
    const entries = await log();
    assert.deepEqual(entries.map(summary), [
      [2, 'key', 'multi', 'b', 'alice'],
      [1, 'command', 'multi', 'config|set', 'alice'],
      [1, 'channel', 'toplevel', 'c', 'alice'],
      [1, 'command', 'toplevel', 'set', 'alice'],
      [1, 'key', 'toplevel', 'b', 'alice'],
      [1, 'auth', 'toplevel', 'auth', 'alice'],
    ]);
    assert.match(String(entries[0]['client-info']), /^id=\d+ addr=.* cmd=get user=alice .*[^\n]$/);
    assert.match(String(entries[5]['client-info']), / cmd=auth user=default /);
    assert.deepEqual((await log(2)).map(summary), entries.slice(0, 2).map(summary));
    assert.deepEqual(await log(-1), []);
    assert.equal(await call('ACL', 'LOG', 'reset'), 'OK');
    assert.deepEqual(await log(), []);
  });

  it('moves an entry that is met again to the front', async () => {
    await call('ACL', 'LOG', 'RESET');
    for (const name of ['a', 'b', 'a', 'a']) await (await connect()).raw('AUTH', name, '');
    assert.deepEqual((await log()).map(summary), [
      [3, 'auth', 'toplevel', 'AUTH', 'a'],
      [1, 'auth', 'toplevel', 'AUTH', 'b'],
    ]);
    await (await connect()).raw('HELLO', 2, 'AUTH', 'a', '');
    assert.deepEqual(summary((await log(1))[0]), [1, 'auth', 'toplevel', 'HELLO', 'a']);
  });

  it('keeps so many entries', async () => {
    await call('ACL', 'LOG', 'RESET');
    await call('CONFIG', 'SET', 'acllog-max-len', 3);
    for (let user = 0; user < 5; user++) await (await connect()).raw('AUTH', user, '');
    assert.deepEqual(
      (await log(100)).map(({ username }) => username),
      ['4', '3', '2'],
    );
    await call('CONFIG', 'SET', 'acllog-max-len', 128);
  });

  it('refuses other words', async () => {
    await refused('ERR value is not an integer or out of range', 'ACL', 'LOG', 'x');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'LOG'. Try ACL HELP.",
      'ACL',
      'LOG',
      'RESET',
      1,
    );
  });
});

describeCommand(
  'ACL LOG',
  (kit) => {
    it('numbers its entries, and tells when they were met', async () => {
      const startedMs = kit.memory.clock.wallMs();
      await kit.call('AUTH', 'a', '').catch(() => {});
      kit.advance(60_000);
      await kit.call('AUTH', 'a', '').catch(() => {});
      kit.advance(1500);
      const [entry] = entriesOf(await kit.call('ACL', 'LOG'));
      assert.equal(entry.count, 2);
      assert.equal(entry['entry-id'], 0);
      assert.equal(entry['timestamp-created'], startedMs);
      assert.equal(entry['timestamp-last-updated'], startedMs + 60_000);
      assert.equal(entry['age-seconds'], '1.5');
      kit.advance(60_000);
      await kit.call('AUTH', 'a', '').catch(() => {});
      assert.deepEqual(
        entriesOf(await kit.call('ACL', 'LOG')).map((each) => [each['entry-id'], each.count]),
        [
          [1, 1],
          [0, 2],
        ],
      );
      await kit.call('ACL', 'LOG', 'RESET');
      await kit.call('AUTH', 'a', '').catch(() => {});
      assert.equal(entriesOf(await kit.call('ACL', 'LOG'))[0]['entry-id'], 2);
    });
  },
  { ourOwn: '7.2 has ids and times' },
);
