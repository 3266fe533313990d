import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';

describeCommand('ACL CAT', ({ call, refused }) => {
  it('lists categories, and the commands of one', async () => {
    const categories = (await call('ACL', 'CAT')) as string[];
    assert.equal(categories.length, 21);
    assert.deepEqual(categories.slice(0, 3), ['keyspace', 'read', 'write']);
    const commands = (await call('ACL', 'CAT', 'DANGEROUS')) as string[];
    assert.ok(commands.includes('config|set') && commands.includes('keys') && !commands.includes('get'));
  });

  it('refuses what is none', async () => {
    await refused("ERR Unknown category 'nosuch'", 'ACL', 'CAT', 'nosuch');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'Cat'. Try ACL HELP.",
      'ACL',
      'Cat',
      'a',
      'b',
    );
  });
});

describeWithReference('ACL CAT beside redis-server', () => {
  it('puts every command into the same categories', async () => {
    const reference = await startReference();
    try {
      const theirs = await reference.connect();
      const ours = new MemoryServer().connect();
      const known = new Set((await theirs.call('COMMAND', 'LIST')) as string[]);
      const own = new Set((await ours.call('COMMAND', 'LIST')) as string[]);
      for (const category of (await theirs.call('ACL', 'CAT')) as string[]) {
        // Each may have commands that the other doesn't.
        const expected = ((await theirs.call('ACL', 'CAT', category)) as string[]).filter((name) =>
          own.has(name),
        );
        const actual = ((await ours.call('ACL', 'CAT', category)) as string[]).filter((name) =>
          known.has(name),
        );
        assert.deepEqual(actual.sort(), expected.sort(), category);
      }
      await theirs.quit();
    } finally {
      await reference.stop();
    }
  });
});

describeCommand('ACL GENPASS', ({ call, refused }) => {
  it('makes hexadecimal digits, four bits each', async () => {
    assert.match(String(await call('ACL', 'GENPASS')), /^[0-9a-f]{64}$/);
    assert.match(String(await call('ACL', 'GENPASS', 5)), /^[0-9a-f]{2}$/);
    assert.match(String(await call('ACL', 'GENPASS', 4096)), /^[0-9a-f]{1024}$/);
    assert.notEqual(await call('ACL', 'GENPASS'), await call('ACL', 'GENPASS'));
  });

  it('refuses too few bits and too many', async () => {
    const text =
      'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096';
    for (const bits of [0, -1, 4097]) await refused(text, 'ACL', 'GENPASS', bits);
    await refused('ERR value is not an integer or out of range', 'ACL', 'GENPASS', 'x');
    await refused(
      "ERR unknown subcommand or wrong number of arguments for 'GENPASS'. Try ACL HELP.",
      'ACL',
      'GENPASS',
      1,
      2,
    );
  });
});

describeCommand('ACL DRYRUN', ({ call, refused }) => {
  it('allows what the user may do', async () => {
    await call(
      'ACL',
      'SETUSER',
      'alice',
      'reset',
      '+get',
      '%R~k*',
      '+publish',
      '&x',
      '+select|1',
      '+config|get',
    );
    for (const request of ['get key', 'publish x y', 'select 1', 'config get y', 'CONFIG Get y', 'auth x']) {
      assert.equal(await call('ACL', 'DRYRUN', 'alice', ...request.split(' ')), 'OK', request);
    }
  });

  it('asks all selectors, each for the whole request', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', '+@all', '~a', '(+get %R~b)', '(%R~* %W~c +@all)');
    const dryRun = (request: string) => call('ACL', 'DRYRUN', 'alice', ...request.split(' '));
    for (const request of ['set a 1', 'get b', 'get anything', 'copy b c', 'mget a b c']) {
      assert.equal(await dryRun(request), 'OK', request);
    }
    for (const request of ['set b 1', 'copy a b', 'rename c d']) assert.notEqual(await dryRun(request), 'OK');
  });

  it('knows where keys are, and what is done with them', async () => {
    await call('ACL', 'SETUSER', 'alice', 'reset', '+@all', '%R~r*', '%W~w*', '~b*');
    const dryRun = (request: string) => call('ACL', 'DRYRUN', 'alice', ...request.split(' '));
    const allowed = [
      'get r',
      'set w v',
      'set b v get',
      'incr b',
      'copy r w',
      'zunionstore w 2 r r2',
      'sort r store w',
      'xread streams r 0',
      'xreadgroup group g c streams b >',
      'exists r w b',
      'type w',
      'eval script 2 b b1',
      'object encoding w',
      'memory usage w',
      'bitfield_ro r get u8 0',
      'lpush w x',
      'getdel b',
    ];
    for (const request of allowed) assert.equal(await dryRun(request), 'OK', request);
    for (const request of [
      'get w',
      'set r v',
      'set w v get',
      'incr r',
      'incr w',
      'copy w r',
      'zunionstore w 2 r w',
      'sort r store r',
      'xread streams w 0',
      'exists x',
      'eval script 1 x',
      'eval script 1 r',
      'getdel w',
      'object encoding x',
    ]) {
      assert.match(String(await dryRun(request)), /has no permissions to access the '[rwx]' key$/, request);
    }
  });

  it('refuses questions that make no sense', async () => {
    await refused("ERR User 'nobody' not found", 'ACL', 'DRYRUN', 'nobody', 'get', 'a');
    await refused("ERR Command 'nosuch' not found", 'ACL', 'DRYRUN', 'default', 'nosuch', 'a');
    await refused("ERR Command 'config' not found", 'ACL', 'DRYRUN', 'default', 'config', 'nosuch');
    await refused("ERR wrong number of arguments for 'get' command", 'ACL', 'DRYRUN', 'default', 'get');
    await refused("ERR wrong number of arguments for 'config' command", 'ACL', 'DRYRUN', 'default', 'config');
    await refused("ERR wrong number of arguments for 'acl|dryrun' command", 'ACL', 'DRYRUN', 'default');
  });
});

describeCommand(
  'ACL DRYRUN',
  ({ call }) => {
    it('tells what is denied', async () => {
      await call('ACL', 'SETUSER', 'alice', '+get', '%R~k', '+publish', '&x', '+select|1');
      const expected = {
        'get other': "User alice has no permissions to access the 'other' key",
        'set k v': "User alice has no permissions to run the 'set' command",
        'config get v': "User alice has no permissions to run the 'config|get' command",
        'publish y z': "User alice has no permissions to access the 'y' channel",
        'select 2': "User alice has no permissions to run the 'select' command",
      };
      for (const [request, text] of Object.entries(expected)) {
        assert.equal(await call('ACL', 'DRYRUN', 'alice', ...request.split(' ')), text);
      }
    });

    it('tells of the selector that comes closest', async () => {
      await call('ACL', 'SETUSER', 'alice', '+get', '(+mget ~a ~b)', '(+mget ~a)');
      assert.equal(
        await call('ACL', 'DRYRUN', 'alice', 'mget', 'a', 'b', 'c'),
        "User alice has no permissions to access the 'c' key",
      );
    });
  },
  { ourOwn: '7.2 names the user, 7.0 says "This user"' },
);
