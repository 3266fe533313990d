import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';

/** `field=value` words of a line of CLIENT LIST. */
function fieldsOf(line: string): Record<string, string> {
  return Object.fromEntries(
    line
      .trimEnd()
      .split(' ')
      .map((word) => word.split('=') as [string, string]),
  );
}

async function idOf(client: Client): Promise<number> {
  return Number(await client.call('CLIENT', 'ID'));
}

describeCommand('CLIENT LIST', (kit) => {
  const { call, refused, connect, wire } = kit;

  it('has a line for each client, oldest first', async () => {
    const other = await connect();
    const lines = String(await call('CLIENT', 'LIST')).split('\n');
    const ids = lines.slice(0, -1).map((line) => Number(fieldsOf(line).id));
    assert.deepEqual(ids.slice(-2), [await idOf(kit.client), await idOf(other)]);
    assert.equal(lines.at(-1), '');
  });

  it('shows what the client does and what it waits for', async () => {
    await call('SELECT', 3);
    const fields = fieldsOf(String(await call('CLIENT', 'INFO')));
    assert.equal(fields.flags, 'N');
    assert.equal(fields.db, '3');
    assert.equal(fields.cmd, 'client|info');
    assert.equal(fields.user, 'default');
    assert.equal(fields['argv-mem'], '10');
    assert.equal(fields.qbuf, '26');
    assert.equal(fields.events, 'r');
    assert.equal(fields.multi, '-1');
    assert.equal(fields.redir, '-1');
    assert.equal(fields.resp, String(kit.resp));
  });

  it('counts subscriptions and what is queued', async () => {
    const [listening, queueing] = [await connect(), await connect()];
    for (const words of [
      ['SUBSCRIBE', 'a', 'b'],
      ['PSUBSCRIBE', 'a*'],
      ['SSUBSCRIBE', 'c'],
    ]) {
      listening.send(`${words.join(' ')}\r\n`);
    }
    while (listening.unread + listening.pushes.length < 4) await new Promise(setImmediate);
    await queueing.call('WATCH', 'key');
    await queueing.call('MULTI');
    await queueing.call('GET', 'key');
    await call('SET', 'key', 'value');
    const lines = String(await call('CLIENT', 'LIST'))
      .trimEnd()
      .split('\n')
      .map(fieldsOf);
    const [subscriber, queuer] = lines.slice(-2);
    assert.deepEqual(
      [subscriber.flags, subscriber.sub, subscriber.psub, subscriber.ssub, subscriber.multi],
      ['P', '2', '1', '1', '-1'],
    );
    assert.deepEqual([queuer.flags, queuer.multi, queuer.cmd], ['xd', '1', 'get']);
    assert.match(String(await call('CLIENT', 'LIST', 'TYPE', 'pubsub')), /^id=.*flags=P.*\n$/);
  });

  it('counts the words of what is queued, and of what waits', async () => {
    const [queueing, waiting] = [await connect(), await connect()];
    for (const words of [['MULTI'], ['SET', 'a', 'bbbbbbbbbbbbbb'], ['GET', 'a']])
      await queueing.call(...words);
    waiting.send('BLPOP nothing 0\r\n');
    let fields: Record<string, string>[];
    do {
      fields = String(await call('CLIENT', 'LIST'))
        .trimEnd()
        .split('\n')
        .map(fieldsOf)
        .slice(-2);
    } while (fields[1].flags !== 'b');
    assert.equal(fields[0]['multi-mem'], '62');
    assert.equal(fields[1]['argv-mem'], '13');
  });

  it('counts the commands of the EXEC under way', async () => {
    await call('MULTI');
    await call('PING');
    await call('CLIENT', 'INFO');
    const [, line] = (await call('EXEC')) as unknown[];
    assert.match(String(line), / flags=x .* multi=2 /);
    assert.match(String(await call('CLIENT', 'INFO')), / flags=N .* multi=-1 /);
  });

  it('keeps nothing of a transaction that will not run', async () => {
    const queueing = await connect();
    for (const words of [['WATCH', 'key'], ['MULTI']]) await queueing.call(...words);
    await call('SET', 'key', 'value');
    assert.equal(await queueing.call('GET', 'key'), 'QUEUED');
    const line = String(await call('CLIENT', 'LIST', 'ID', await idOfLast()));
    assert.match(line, / flags=xd .* multi=0 .* multi-mem=0 /);
  });

  /** Of the client that came last. */
  async function idOfLast(): Promise<number> {
    const lines = String(await call('CLIENT', 'LIST'))
      .trimEnd()
      .split('\n');
    return Number(fieldsOf(lines.at(-1) ?? '').id);
  }

  it('says that whoever asks is not idle, and nobody idle longer than there', async () => {
    await connect();
    const lines = String(await call('CLIENT', 'LIST'))
      .trimEnd()
      .split('\n')
      .map(fieldsOf);
    for (const { age, idle } of lines) assert.ok(Number(idle) <= Number(age), `${idle} of ${age}`);
    assert.equal(fieldsOf(String(await call('CLIENT', 'INFO'))).idle, '0');
  });

  it('lists those that were asked for by id, in that order', async () => {
    const ids = [await idOf(await connect()), await idOf(kit.client)];
    const list = String(await call('CLIENT', 'LIST', 'ID', ids[0], 999_999, ids[1], 0));
    assert.deepEqual(
      list
        .trimEnd()
        .split('\n')
        .map((line) => Number(fieldsOf(line).id)),
      ids,
    );
  });

  it('lists by type', async () => {
    assert.match(String(await call('CLIENT', 'LIST', 'TYPE', 'Normal')), /^id=/);
    for (const type of ['master', 'replica', 'slave']) {
      assert.equal(await call('CLIENT', 'LIST', 'TYPE', type), '');
    }
  });

  it('is verbatim text', () =>
    wire('CLIENT LIST TYPE master', { resp2: '$0\r\n\r\n', resp3: '=4\r\ntxt:\r\n' }));

  it('runs the rest of a transaction that ends its own client, and tells nothing more of it', async () => {
    const { client } = kit;
    const other = await kit.connect();
    const kill = `CLIENT KILL ID ${await idOf(client)} SKIPME no`;
    client.send(`MULTI\r\n${kill}\r\nSET key value\r\nEXEC\r\n`);
    for (const answer of ['OK', 'QUEUED', 'QUEUED']) {
      assert.equal((await client.reply()).toString(), `+${answer}\r\n`);
    }
    await assert.rejects(client.reply(), /it began "\*2\\r\\n:1\\r\\n"/);
    assert.equal(await other.call('GET', 'key'), 'value');
  });

  it('refuses what it does not understand', async () => {
    await refused("ERR Unknown client type 'foo'", 'CLIENT', 'LIST', 'TYPE', 'foo');
    await refused('ERR Invalid client ID', 'CLIENT', 'LIST', 'ID', 'x');
    for (const words of [['ID'], ['TYPE'], ['foo'], ['TYPE', 'normal', 'x'], ['foo', 'bar']]) {
      await refused('ERR syntax error', 'CLIENT', 'LIST', ...words);
    }
  });
});

describeCommand(
  'CLIENT INFO',
  ({ call }) => {
    it('has the fields of 7.2, in its order', async () => {
      const line = String(await call('CLIENT', 'INFO'));
      assert.equal(
        Object.keys(fieldsOf(line)).join(' '),
        'id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp ' +
          'obl oll omem tot-mem events cmd user redir resp lib-name lib-ver',
      );
    });
  },
  { ourOwn: '7.0 has no lib-name and lib-ver' },
);

describeCommand('CLIENT KILL', (kit) => {
  const { call, refused, connect } = kit;

  it('closes the client of an address, or says that there is none', async () => {
    const other = await connect();
    const { addr } = fieldsOf(String(await other.call('CLIENT', 'INFO')));
    assert.equal(await call('CLIENT', 'KILL', addr), 'OK');
    await other.end();
    await refused('ERR No such client', 'CLIENT', 'KILL', addr);
  });

  it('counts those of an address, without a complaint when there is none', async () => {
    const other = await connect();
    const { addr } = fieldsOf(String(await other.call('CLIENT', 'INFO')));
    assert.equal(await call('CLIENT', 'KILL', 'ADDR', addr), 1);
    await other.end();
    assert.equal(await call('CLIENT', 'KILL', 'ADDR', addr), 0);
  });

  it('closes those that agree with every filter', async () => {
    const [first, second] = [await connect(), await connect()];
    const id = await idOf(second);
    const { laddr } = fieldsOf(String(await first.call('CLIENT', 'INFO')));
    assert.equal(await call('CLIENT', 'KILL', 'ID', id, 'TYPE', 'pubsub'), 0);
    assert.equal(await call('CLIENT', 'KILL', 'ID', id, 'LADDR', laddr, 'USER', 'default'), 1);
    await second.end();
    assert.equal(await first.call('PING'), 'PONG');
    assert.doesNotMatch(String(await call('CLIENT', 'LIST')), new RegExp(`^id=${id} `, 'm'));
  });

  it('spares the client that asks, unless told not to', async () => {
    const { client } = kit;
    const id = await idOf(client);
    assert.equal(await call('CLIENT', 'KILL', 'ID', id), 0);
    assert.equal(await call('CLIENT', 'KILL', 'ID', id, 'SKIPME', 'no'), 1);
    await client.end();
  });

  it('answers before it closes the client that asks', async () => {
    const { client } = kit;
    const { addr } = fieldsOf(String(await call('CLIENT', 'INFO')));
    client.send(`CLIENT KILL ${addr}\r\nPING\r\n`);
    assert.equal((await client.reply()).toString(), '+OK\r\n');
    await client.end();
    assert.equal(client.unread, 0);
  });

  it('refuses what it does not understand', async () => {
    await refused('ERR No such client', 'CLIENT', 'KILL', 'ID');
    for (const id of ['x', 0, -5]) {
      await refused('ERR client-id should be greater than 0', 'CLIENT', 'KILL', 'ID', id);
    }
    await refused("ERR Unknown client type 'foo'", 'CLIENT', 'KILL', 'TYPE', 'foo');
    await refused("ERR No such user 'foo'", 'CLIENT', 'KILL', 'USER', 'foo');
    await refused('ERR syntax error', 'CLIENT', 'KILL', 'SKIPME', 'foo');
    await refused('ERR syntax error', 'CLIENT', 'KILL', 'ID', 1, 'LADDR');
    await refused('ERR syntax error', 'CLIENT', 'KILL', 'FOO', 'bar');
  });
});
