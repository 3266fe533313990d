import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

/** SHA-256 of `x`. */
const DIGEST_OF_X = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

/** A GETUSER's reply as an object. */
function fields(reply: unknown): Record<string, unknown> {
  assert.ok(Array.isArray(reply));
  return Object.fromEntries(reply.flatMap((name, index) => (index % 2 ? [] : [[name, reply[index + 1]]])));
}

describeCommand('ACL SETUSER', ({ call, refused, connect }) => {
  const line = async (...rules: string[]) => {
    await call('ACL', 'SETUSER', 'alice', 'reset', ...rules);
    const lines = (await call('ACL', 'LIST')) as string[];
    return lines.find((each) => each.startsWith('user alice '))?.slice('user alice '.length);
  };
  const mistake = (rule: string, reason: string) =>
    refused(`ERR Error in ACL SETUSER modifier '${rule}': ${reason}`, 'ACL', 'SETUSER', 'alice', rule);

  it('makes a user that may do nothing', async () => {
    assert.equal(await line(), 'off sanitize-payload resetchannels -@all');
  });

  it('switches a user on and off, in any case of letters', async () => {
    assert.equal(await line('on'), 'on sanitize-payload resetchannels -@all');
    assert.equal(await line('ON', 'oFF'), 'off sanitize-payload resetchannels -@all');
    assert.equal(await line('on', 'skip-sanitize-payload'), 'on skip-sanitize-payload resetchannels -@all');
  });

  it('keeps digests of passwords', async () => {
    const other = DIGEST_OF_X.replace('2d', '3d');
    assert.equal(await line('>x', '>x'), `off sanitize-payload #${DIGEST_OF_X} resetchannels -@all`);
    assert.match((await line('>x', `#${other}`)) ?? '', new RegExp(`#${DIGEST_OF_X} #${other} `));
    assert.match((await line('>x', `#${other}`, '<x')) ?? '', new RegExp(`payload #${other} reset`));
    assert.match((await line('>x', `!${DIGEST_OF_X}`)) ?? '', /payload resetchannels/);
    assert.match((await line('>x', 'nopass')) ?? '', /^off nopass sanitize-payload resetchannels/);
    assert.match((await line('nopass', '>x')) ?? '', /^off sanitize-payload #/);
    assert.match((await line('>x', 'resetpass')) ?? '', /^off sanitize-payload resetchannels/);
  });

  it('gives key patterns, for reading, writing or both', async () => {
    assert.match((await line('~a*', '%R~b', '%W~c', '%RW~d', '%wr~e')) ?? '', /~a\* %R~b %W~c ~d ~e reset/);
    assert.match((await line('%R~a', '~b', '%W~a')) ?? '', /payload ~a ~b reset/);
    assert.match((await line('~a', 'allkeys')) ?? '', /payload ~\* reset/);
    assert.match((await line('~*', 'resetkeys', '~x')) ?? '', /payload ~x reset/);
    assert.match((await line('%R')) ?? '', /payload %R~ reset/);
  });

  it('gives channels', async () => {
    assert.match((await line('&a', '&b*', '&a')) ?? '', /resetchannels &a &b\* -@all/);
    assert.match((await line('&a', 'allchannels')) ?? '', /payload &\* -@all/);
    assert.match((await line('&*', 'resetchannels')) ?? '', /payload resetchannels -@all/);
  });

  it('gives commands, one by one, and takes them away', async () => {
    assert.match((await line('+@all')) ?? '', /\+@all$/);
    assert.match((await line('+@all', 'nocommands', '+GET')) ?? '', /-@all \+get$/);
    assert.match((await line('allcommands', '-get')) ?? '', /\+@all -get$/);
    assert.match((await line('+config|get')) ?? '', /-@all \+config\|get$/);
    assert.match((await line('+select|0', '+SELECT|1')) ?? '', /-@all \+select\|0 \+select\|1$/);
    assert.match((await line('+@read', '-get')) ?? '', /-@all \+@read -get$/);
  });

  it('takes selectors, whose words may be apart', async () => {
    assert.match(
      (await line('+get', '(+set ~x)', '(%R~y', '&z', '+@read)')) ?? '',
      /-@all \+get \(~x resetchannels -@all \+set\) \(%R~y resetchannels &z -@all \+@read\)$/,
    );
    assert.match((await line('(+set)', 'clearselectors')) ?? '', /-@all$/);
    assert.match((await line('()')) ?? '', /-@all \(resetchannels -@all\)$/);
  });

  it('refuses what it does not know', async () => {
    await mistake('bla', 'Syntax error');
    await mistake(')', 'Syntax error');
    await mistake('%x~k', 'Syntax error');
    await mistake('%RR~k', 'Syntax error');
    await mistake('~a b', 'Syntax error');
    await mistake('&a b', 'Syntax error');
    await mistake('+config|', 'Syntax error');
    for (const rule of ['+nosuch', '-nosuch', '+@nosuch', '+config|nosuch', '-select|0', '+', '-@']) {
      await mistake(rule, 'Unknown command or category name in ACL');
    }
    await mistake('+config|get|x', 'Allowing first-arg of a subcommand is not supported');
    await mistake('(+nosuch)', 'Unknown command or category name in ACL');
    await mistake(
      '#XX',
      'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
    );
    await mistake('<nothing', 'The password you are trying to remove from the user does not exist');
    await refused(
      "ERR Unmatched parenthesis in acl selector starting at '(+get'.",
      'ACL',
      'SETUSER',
      'alice',
      'on',
      '(+get',
    );
    await refused("ERR Usernames can't contain spaces or null characters", 'ACL', 'SETUSER', 'a b');
    await refused("ERR Usernames can't contain spaces or null characters", 'ACL', 'SETUSER', 'a\0b');
  });

  it('refuses patterns beside all', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', 'allkeys', 'allchannels');
    await mistake(
      '~x',
      "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
    );
    await mistake(
      '&x',
      "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
    );
  });

  it('changes nothing when one rule is wrong', async () => {
    const before = await line('+get', '~x');
    await refused(
      "ERR Error in ACL SETUSER modifier 'bla': Syntax error",
      'ACL',
      'SETUSER',
      'alice',
      '-@all',
      'bla',
    );
    const lines = (await call('ACL', 'LIST')) as string[];
    assert.ok(lines.includes(`user alice ${before}`));
    await refused("ERR Error in ACL SETUSER modifier 'bla': Syntax error", 'ACL', 'SETUSER', 'carol', 'bla');
    assert.equal(await call('ACL', 'GETUSER', 'carol'), null);
  });

  it('takes effect on those who are logged in', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', 'on', 'nopass', '+@all', '~*');
    const client = await connect();
    await client.call('AUTH', 'alice', 'x');
    await client.call('SET', 'key', 'value');
    await call('ACL', 'SETUSER', 'alice', '-get');
    assert.match(String(await client.raw('GET', 'key')), /^-NOPERM /);
    await call('ACL', 'SETUSER', 'alice', '+get');
    assert.equal(await client.call('GET', 'key'), 'value');
    // Who is in stays in.
    await call('ACL', 'SETUSER', 'alice', 'off', 'resetpass');
    assert.equal(await client.call('GET', 'key'), 'value');
  });
});

describeCommand('ACL GETUSER', ({ call, wire }) => {
  it('tells everything about a user', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', 'on', '>x', '~a', '%R~b', '&c', '+get', '(+set ~d)');
    const user = fields(await call('ACL', 'GETUSER', 'alice'));
    assert.deepEqual(user, {
      flags: ['on', 'sanitize-payload'],
      passwords: [DIGEST_OF_X],
      commands: '-@all +get',
      keys: '~a %R~b',
      channels: '&c',
      selectors: [['commands', '-@all +set', 'keys', '~d', 'channels', '']],
    });
  });

  it('answers in maps and sets', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', '(+@all ~* &*)');
    const selector = (open: string) =>
      `${open}\r\n$8\r\ncommands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n$8\r\nchannels\r\n$2\r\n&*\r\n`;
    const user = (map: string, set: string, inner: string) =>
      `${map}\r\n$5\r\nflags\r\n${set}\r\n$3\r\noff\r\n$16\r\nsanitize-payload\r\n$9\r\npasswords\r\n*0\r\n` +
      '$8\r\ncommands\r\n$5\r\n-@all\r\n$4\r\nkeys\r\n$0\r\n\r\n$8\r\nchannels\r\n$0\r\n\r\n' +
      `$9\r\nselectors\r\n*1\r\n${selector(inner)}`;
    await wire('ACL GETUSER alice', { resp2: user('*12', '*2', '*6'), resp3: user('%6', '~2', '%3') });
  });

  it('answers null where there is nobody', () =>
    wire('ACL GETUSER nobody', { resp2: '$-1\r\n', resp3: '_\r\n' }));
});

describeCommand('ACL DELUSER ACL USERS ACL WHOAMI', ({ call, refused, connect }) => {
  it('lists users by name', async () => {
    for (const name of ['bob', 'Zoe', 'alice']) await call('ACL', 'SETUSER', name, 'reset');
    assert.deepEqual(await call('ACL', 'USERS'), ['Zoe', 'alice', 'bob', 'default']);
    assert.equal(await call('ACL', 'DELUSER', 'bob', 'nobody', 'Zoe', 'bob', 'alice'), 3);
    assert.deepEqual(await call('ACL', 'USERS'), ['default']);
  });

  it('never removes the default user', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset');
    await refused("ERR The 'default' user cannot be removed", 'ACL', 'DELUSER', 'alice', 'default');
    assert.equal(await call('ACL', 'DELUSER', 'alice'), 1);
  });

  it('closes the connections of a user that is removed', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', 'on', 'nopass', '+@all');
    const client = await connect();
    await client.call('AUTH', 'alice', '');
    assert.equal(await client.call('ACL', 'WHOAMI'), 'alice');
    await call('ACL', 'DELUSER', 'alice');
    await client.end();
  });

  it('answers one who removes itself, and closes it then', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', 'on', 'nopass', '+@all');
    const client = await connect();
    await client.call('AUTH', 'alice', '');
    assert.equal(await client.call('ACL', 'DELUSER', 'alice'), 1);
    await client.end();
  });
});

describeCommand(
  'ACL LIST',
  ({ call }) => {
    const commands = async (...rules: string[]) => {
      await call('ACL', 'SETUSER', 'alice', 'reset', ...rules);
      return fields(await call('ACL', 'GETUSER', 'alice')).commands;
    };

    it('shows the default user', async () => {
      assert.deepEqual(await call('ACL', 'LIST'), ['user default on nopass sanitize-payload ~* &* +@all']);
    });

    it('shows rules in the order in which they were given', async () => {
      assert.equal(
        await commands('+get', '+@write', '-@dangerous', '+keys'),
        '-@all +get +@write -@dangerous +keys',
      );
      assert.equal(await commands('+@all', '-@write', '+set', '-@list'), '+@all -@write +set -@list');
    });

    it('leaves out rules that a later one makes void', async () => {
      assert.equal(await commands('+get', '+set', '-get'), '-@all +set -get');
      assert.equal(await commands('+@read', '+get', '-@read', '+@READ'), '-@all +get +@read');
      assert.equal(
        await commands('+config|get', '+config|set', '+select|1', '-config'),
        '-@all +select|1 -config',
      );
      assert.equal(await commands('-config', '+config|get'), '-@all -config +config|get');
      assert.equal(await commands('+get', '+@all', '-set'), '+@all -set');
    });
  },
  { ourOwn: '7.2 keeps the order of rules, 7.0 makes up its own' },
);
