/** What a user may not do is refused, wherever it is tried. */
import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import { encodeRequest, type Word } from '../../support/words.js';

const KEY = 'NOPERM No permissions to access a key';
const CHANNEL = 'NOPERM No permissions to access a channel';
const COMMAND = (name: string) => `NOPERM User alice has no permissions to run the '${name}' command`;

interface Kit {
  call(...words: Word[]): Promise<unknown>;
  connect(): Promise<Client>;
}

/** A connection of the user alice, who has these rules and no others. */
async function alice({ call, connect }: Kit, ...rules: string[]): Promise<Client> {
  await call('ACL', 'SETUSER', 'alice', 'reset', 'on', 'nopass', ...rules);
  const client = await connect();
  await client.call('AUTH', 'alice', '');
  return client;
}

/** Subscribes, or ends a subscription: an answer for each channel, which is no reply in RESP3. */
async function subscribe(client: Client, word: string, ...channels: string[]): Promise<void> {
  client.send(encodeRequest([word, ...channels]));
  for (const _ of channels) await (client.resp === 3 ? client.push() : client.reply());
}

describeCommand(
  'GET SET CONFIG SELECT',
  (kit) => {
    it('are refused by name', async () => {
      const client = await alice(
        kit,
        '~*',
        '+@all',
        '-get',
        '-config',
        '+config|get',
        '-select',
        '+select|1',
      );
      await client.refused(COMMAND('get'), 'GET', 'key');
      await client.refused(COMMAND('config|set'), 'CONFIG', 'SET', 'hz', 10);
      await client.call('CONFIG', 'GET', 'hz');
      await client.refused(COMMAND('select'), 'SELECT', 0);
      await client.call('SELECT', 1);
    });

    it('are refused where keys are out of reach', async () => {
      const client = await alice(kit, '+@all', '~mine:*', '%R~theirs:*');
      await client.call('SET', 'mine:1', 'x');
      await client.refused(KEY, 'SET', 'theirs:1', 'x');
      await client.call('GET', 'theirs:1');
      await client.refused(KEY, 'GET', 'other');
      await client.refused(KEY, 'MSET', 'mine:1', 'x', 'other', 'x');
      await client.refused(KEY, 'COPY', 'mine:1', 'theirs:1');
      await client.call('COPY', 'theirs:1', 'mine:1');
      await client.refused(KEY, 'EVAL', 'return 1', 1, 'other');
    });

    it('find the words’ number wrong before anything else', async () => {
      const client = await alice(kit);
      await client.refused("ERR wrong number of arguments for 'get' command", 'GET');
      await client.refused("ERR unknown command 'nosuch', with args beginning with: ", 'nosuch');
      await client.refused("ERR unknown subcommand 'nosuch'. Try CONFIG HELP.", 'CONFIG', 'nosuch');
    });

    it('count as rejected', async () => {
      const client = await alice(kit, '~a', '&c', '+get', '+publish', '+auth');
      await client.refused(KEY, 'GET', 'b');
      await client.refused(COMMAND('set'), 'SET', 'a', 1);
      await client.refused(COMMAND('set'), 'SET', 'a', 1);
      await client.refused(CHANNEL, 'PUBLISH', 'd', 1);
      await client.refused(
        'WRONGPASS invalid username-password pair or user is disabled.',
        'AUTH',
        'bob',
        'x',
      );
      const info = String(await kit.call('INFO', 'everything'));
      assert.match(info, /cmdstat_set:calls=0,usec=0,usec_per_call=0.00,rejected_calls=2,failed_calls=0/);
      assert.match(info, /errorstat_NOPERM:count=4/);
      assert.match(info, /acl_access_denied_auth:1\r\n/);
      assert.match(info, /acl_access_denied_cmd:2\r\n/);
      assert.match(info, /acl_access_denied_key:1\r\n/);
      assert.match(info, /acl_access_denied_channel:1\r\n/);
      await kit.call('CONFIG', 'RESETSTAT');
      assert.match(String(await kit.call('INFO', 'stats')), /acl_access_denied_cmd:0\r\n/);
    });

    it('are always allowed where they log in or leave', async () => {
      const client = await alice(kit);
      assert.equal(await client.call('AUTH', 'alice', ''), 'OK');
      await client.raw('HELLO');
      assert.equal(await client.call('RESET'), 'RESET');
    });
  },
  { ourOwn: '7.2 names the user in refusals, and counts them in INFO' },
);

describeCommand(
  'MULTI EXEC',
  (kit) => {
    it('refuse when queueing, and discard then', async () => {
      const client = await alice(kit, '+@all', '~a');
      await client.call('MULTI');
      await client.refused(KEY, 'GET', 'b');
      await client.call('GET', 'a');
      await client.refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
    });

    it('refuse at EXEC what is no longer allowed', async () => {
      const client = await alice(kit, '+@all', '~*', '&*');
      await client.call('MULTI');
      for (const request of ['GET a', 'SET a 1', 'PUBLISH c x', 'PING'])
        await client.raw(...request.split(' '));
      await kit.call('ACL', 'SETUSER', 'alice', '-get', 'resetkeys', 'resetchannels');
      const changed = (reason: string) =>
        `-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${reason}\r\n`;
      await client.wire(
        'EXEC',
        `*4\r\n${changed('no permission to execute the command or subcommand')}` +
          changed('no permission to touch the specified keys') +
          changed('no permission to access one of the channels used as arguments') +
          '+PONG\r\n',
      );
    });

    it('may be refused themselves', async () => {
      const client = await alice(kit, '+multi', '+ping');
      await client.call('MULTI');
      await client.call('PING');
      await client.refused(`EXECABORT Transaction discarded because of: ${COMMAND('exec')}`, 'EXEC');
      await client.call('PING');
    });
  },
  { ourOwn: '7.2 refuses in other words' },
);

describeCommand('EXEC', (kit) => {
  it('refuses what is no longer allowed', async () => {
    const client = await alice(kit, '+@all', '~*');
    await client.call('MULTI');
    await client.call('GET', 'a');
    await kit.call('ACL', 'SETUSER', 'alice', 'resetkeys');
    await client.wire(
      'EXEC',
      '*1\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to touch the specified keys\r\n',
    );
  });
});

describeCommand(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE PUBLISH SPUBLISH',
  (kit) => {
    it('need their channels', async () => {
      const client = await alice(kit, '+@all', '&a*', '&b');
      await subscribe(client, 'SUBSCRIBE', 'ax', 'b');
      await client.refused(CHANNEL, 'SUBSCRIBE', 'b', 'c');
      await client.refused(CHANNEL, 'SSUBSCRIBE', 'c');
      // Giving up is free.
      await subscribe(client, 'UNSUBSCRIBE', 'c');
      const other = await alice(kit, '+@all', '&a*', '&b');
      await other.call('PUBLISH', 'ab', 'x');
      await other.refused(CHANNEL, 'PUBLISH', 'c', 'x');
      await other.refused(CHANNEL, 'SPUBLISH', 'bb', 'x');
    });

    it('take patterns to the letter only', async () => {
      const client = await alice(kit, '+@all', '&a*', '&b');
      await subscribe(client, 'PSUBSCRIBE', 'a*', 'b');
      await client.refused(CHANNEL, 'PSUBSCRIBE', 'ab*');
      await client.refused(CHANNEL, 'PSUBSCRIBE', 'ab');
    });
  },
  { ourOwn: '7.2 refuses in other words' },
);

describeCommand('SUBSCRIBE', (kit) => {
  it('ends when its channel is taken away', async () => {
    const client = await alice(kit, '+@all', '&a*', '&b');
    await subscribe(client, 'SUBSCRIBE', 'ab');
    // What it hears is still allowed: nothing happens.
    await kit.call('ACL', 'SETUSER', 'alice', 'resetchannels', '&a*');
    assert.equal(client.isClosed, false);
    await kit.call('ACL', 'SETUSER', 'alice', 'resetchannels', '&b');
    await client.end();
  });

  it('ends when its pattern is taken away, whatever else matches', async () => {
    const client = await alice(kit, '+@all', '&a*', '&*x');
    await subscribe(client, 'PSUBSCRIBE', 'a*');
    await kit.call('ACL', 'SETUSER', 'alice', 'resetchannels', '&?*');
    await client.end();
  });

  it('ends for who subscribed as another user, as soon as anything of the user that it is changes', async () => {
    await kit.call('ACL', 'SETUSER', 'alice', 'reset', 'on', 'nopass', '+@all', '&a');
    const [stranger, friend] = [await kit.connect(), await kit.connect()];
    // In RESP2 a subscriber can't become another user.
    for (const client of [stranger, friend]) await client.hello3();
    await subscribe(stranger, 'SUBSCRIBE', 'b');
    await subscribe(friend, 'SUBSCRIBE', 'a');
    for (const client of [stranger, friend]) await client.call('AUTH', 'alice', '');
    await kit.call('ACL', 'SETUSER', 'alice', '-get');
    await stranger.end();
    assert.equal(friend.isClosed, false);
  });

  it('goes on for those who listen to nothing', async () => {
    const client = await alice(kit, '+@all', '&a');
    await kit.call('ACL', 'SETUSER', 'alice', 'resetchannels');
    assert.equal(await client.call('PING'), 'PONG');
  });
});

describeCommand(
  'EVAL',
  (kit) => {
    const run = (client: Client, script: string) => client.raw('EVAL', script, 0).then(String);

    it('is told what its caller may not do', async () => {
      const client = await alice(kit, '+@all', '-set', '~a', '&c');
      const refusals = {
        "'get', 'b'": 'No permissions to access a key',
        "'publish', 'd', 'x'": 'No permissions to access a channel',
        "'set', 'a', 'x'": "User alice has no permissions to run the 'set' command",
      };
      for (const [words, text] of Object.entries(refusals)) {
        assert.match(
          await run(client, `return redis.call(${words})`),
          new RegExp(`^-ERR ACL failure in script: ${text} script: \\w{40}, on @user_script:1\\.\r\n$`),
        );
        assert.equal(
          await run(client, `return redis.pcall(${words})`),
          `-ERR ACL failure in script: ${text}\r\n`,
        );
      }
      const log = (await kit.call('ACL', 'LOG')) as unknown[][];
      const seen = log.map((entry) => [1, 3, 5, 7].map((at) => entry[at]));
      assert.deepEqual(seen.slice(0, 3), [
        [2, 'command', 'lua', 'set'],
        [2, 'channel', 'lua', 'd'],
        [2, 'key', 'lua', 'b'],
      ]);
      assert.match(
        String(await kit.call('INFO', 'commandstats')),
        /cmdstat_set:calls=0,usec=0,usec_per_call=0.00,rejected_calls=2,failed_calls=0/,
      );
    });

    it('may ask first', async () => {
      const client = await alice(kit, '+@all', '~a');
      assert.equal(await run(client, "return redis.acl_check_cmd('get', 'a')"), ':1\r\n');
      assert.match(await run(client, "return redis.acl_check_cmd('get', 'b')"), /^(\$-1|_)\r\n$/);
      assert.match(await run(client, "return redis.acl_check_cmd('nosuch')"), /Invalid command passed to/);
      assert.deepEqual(await kit.call('ACL', 'LOG'), []);
    });
  },
  { ourOwn: '7.2 refuses in other words' },
);

describeCommand('SORT SORT_RO', (kit) => {
  const BY = 'ERR BY option of SORT denied due to insufficient ACL permissions.';
  const GET = 'ERR GET option of SORT denied due to insufficient ACL permissions.';

  it('read other keys only for those who may read all', async () => {
    const client = await alice(kit, '+@all', '~list');
    await client.call('RPUSH', 'list', '2', '1');
    await client.refused(BY, 'SORT', 'list', 'BY', 'w_*');
    await client.refused(BY, 'SORT_RO', 'list', 'BY', 'w_*', 'bla');
    await client.refused('ERR syntax error', 'SORT', 'list', 'bla', 'BY', 'w_*');
    await client.refused(GET, 'SORT', 'list', 'GET', '#');
    assert.deepEqual(await client.call('SORT', 'list', 'BY', 'nosort'), ['2', '1']);
    await kit.call('ACL', 'SETUSER', 'alice', '%W~*');
    await client.refused(BY, 'SORT', 'list', 'BY', 'w_*');
    await kit.call('ACL', 'SETUSER', 'alice', '%R~*');
    assert.deepEqual(await client.call('SORT', 'list', 'BY', 'w_*', 'GET', '#'), ['1', '2']);
    await kit.call('DEL', 'list');
  });
});

describeCommand(
  'BLPOP',
  (kit) => {
    it('is refused when its user lost the key while it waited', async () => {
      const client = await alice(kit, '+@all', '~list');
      client.send('*3\r\n$5\r\nBLPOP\r\n$4\r\nlist\r\n$1\r\n0\r\n');
      await kit.call('ACL', 'SETUSER', 'alice', 'resetkeys');
      await kit.call('RPUSH', 'list', 'x');
      assert.equal(String(await client.reply()), `-${KEY}\r\n`);
      assert.deepEqual(await kit.call('LRANGE', 'list', 0, -1), ['x']);
      assert.equal(await client.call('PING'), 'PONG');
      assert.match(
        String(await kit.call('INFO', 'commandstats')),
        /cmdstat_blpop:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0/,
      );
    });
  },
  { ourOwn: '7.2 asks again, 7.0 does not' },
);
