import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const GET_INFO = {
  resp2:
    '*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*3\r\n+@read\r\n+@string\r\n+@fast\r\n' +
    '*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n' +
    '$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n' +
    '*6\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n',
  resp3:
    '*1\r\n*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n~3\r\n+@read\r\n+@string\r\n+@fast\r\n' +
    '~0\r\n~1\r\n%3\r\n$5\r\nflags\r\n~2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n%2\r\n$4\r\ntype\r\n$5\r\nindex\r\n' +
    '$4\r\nspec\r\n%1\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_keys\r\n%2\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n' +
    '%3\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n~0\r\n',
};

describeCommand('COMMAND INFO', ({ call, wire, refused }) => {
  it('describes a command', () => wire('COMMAND INFO GeT', GET_INFO));

  it('describes subcommands by their full names', async () => {
    const [[name, arity]] = (await call('COMMAND', 'INFO', 'client|setname')) as [[string, number]];
    assert.deepEqual([name, arity], ['client|setname', 3]);
  });

  it('answers null for what is no command', () =>
    wire('COMMAND INFO nonsense client|nonsense get|set', {
      resp2: '*3\r\n$-1\r\n$-1\r\n$-1\r\n',
      resp3: '*3\r\n_\r\n_\r\n_\r\n',
    }));

  it('describes all commands when asked for none', async () => {
    const all = (await call('COMMAND', 'INFO')) as unknown[];
    assert.equal(all.length, await call('COMMAND', 'COUNT'));
    assert.deepEqual(await call('COMMAND'), all);
  });

  it('refuses what it does not understand', async () => {
    await refused("ERR unknown subcommand 'FOO'. Try COMMAND HELP.", 'COMMAND', 'FOO');
    await refused("ERR wrong number of arguments for 'command|count' command", 'COMMAND', 'COUNT', 'x');
  });
});

describeCommand('COMMAND LIST', ({ call, refused }) => {
  it('names commands and subcommands', async () => {
    const names = (await call('COMMAND', 'LIST')) as string[];
    assert.ok(names.includes('get') && names.includes('client') && names.includes('client|list'));
  });

  it('filters by pattern, in any case', async () => {
    const names = (await call('COMMAND', 'LIST', 'filterby', 'pattern', 'CLIENT|N*')) as string[];
    assert.ok(names.includes('client|no-evict'));
    assert.ok(names.every((name) => name.startsWith('client|n')));
  });

  it('filters by ACL category', async () => {
    const names = (await call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'transaction')) as string[];
    assert.deepEqual(names.sort(), ['discard', 'exec', 'multi', 'unwatch', 'watch']);
    assert.deepEqual(await call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'nonsense'), []);
  });

  it('has no commands of modules', async () => {
    assert.deepEqual(await call('COMMAND', 'LIST', 'FILTERBY', 'MODULE', 'any'), []);
  });

  it('refuses other filters', async () => {
    for (const words of [['x'], ['FILTERBY', 'PATTERN'], ['FILTERBY', 'FOO', 'x']]) {
      await refused('ERR syntax error', 'COMMAND', 'LIST', ...words);
    }
  });
});

describeCommand('COMMAND GETKEYS', ({ call, refused, wire }) => {
  it('finds keys at fixed places', async () => {
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'GET', 'a'), ['a']);
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'MSET', 'a', 1, 'b', 2), ['a', 'b']);
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'BLPOP', 'a', 'b', 0), ['a', 'b']);
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'OBJECT', 'ENCODING', 'a'), ['a']);
  });

  it('finds keys behind a word, the last one of it', async () => {
    const words = ['MIGRATE', 'KEYS', '6379', '', '0', '1000', 'COPY', 'KEYS', 'a', 'b'];
    assert.deepEqual(await call('COMMAND', 'GETKEYS', ...words), ['a', 'b']);
  });

  it('finds keys that are counted', async () => {
    assert.deepEqual(await call('COMMAND', 'GETKEYS', 'LMPOP', 2, 'a', 'b', 'LEFT'), ['a', 'b']);
    const flagsByCount = { '1.5': [], ' 1': [], '+1x': [], '4294967297': ['RW', 'access', 'delete'] };
    for (const [count, flags] of Object.entries(flagsByCount)) {
      assert.deepEqual(await call('COMMAND', 'GETKEYS', 'LMPOP', count, 'a', 'b', 'LEFT'), ['a']);
      assert.deepEqual(await call('COMMAND', 'GETKEYSANDFLAGS', 'LMPOP', count, 'a', 'LEFT'), [['a', flags]]);
      assert.deepEqual(await call('COMMAND', 'GETKEYS', 'EVAL', 'script', count, 'a', 'b'), ['a']);
    }
    for (const count of [0, 3, -1, 'x']) {
      await refused(
        'ERR Invalid arguments specified for command',
        ...['COMMAND', 'GETKEYS', 'LMPOP', count, 'a', 'LEFT'],
      );
    }
  });

  it('tells what is done with each key', async () => {
    await wire('COMMAND GETKEYSANDFLAGS LMOVE a b LEFT RIGHT', {
      resp2:
        '*2\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+RW\r\n+insert\r\n',
      resp3:
        '*2\r\n*2\r\n$1\r\na\r\n~3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n~2\r\n+RW\r\n+insert\r\n',
    });
    assert.deepEqual(await call('COMMAND', 'GETKEYSANDFLAGS', 'SET', 'a', 'x'), [['a', ['OW', 'update']]]);
    assert.deepEqual(await call('COMMAND', 'GETKEYSANDFLAGS', 'SET', 'a', 'x', 'EX', '1', 'get'), [
      ['a', ['RW', 'access', 'update']],
    ]);
  });

  it('refuses what has no keys, or is no command', async () => {
    await refused('ERR Invalid command specified', 'COMMAND', 'GETKEYS', 'nonsense', 'x');
    await refused('ERR Invalid command specified', 'COMMAND', 'GETKEYS', 'CLIENT', 'nonsense');
    await refused('ERR The command has no key arguments', 'COMMAND', 'GETKEYS', 'PING', 'x');
    await refused('ERR The command has no key arguments', 'COMMAND', 'GETKEYS', 'SPUBLISH', 'a', 'b');
    await refused('ERR Invalid number of arguments specified for command', 'COMMAND', 'GETKEYS', 'SET', 'a');
  });
});

describeCommand('COMMAND DOCS', ({ call, raw }) => {
  it('documents the commands that exist', async () => {
    const docs = (await call('COMMAND', 'DOCS', 'nonsense', 'client|reply', 'PING')) as string[];
    assert.deepEqual([docs.length, docs[0], docs[2]], [4, 'client|reply', 'ping']);
  });

  it('is plain ASCII, whose characters and bytes are as many', async () => {
    const others = (await raw('COMMAND', 'DOCS')).toString('latin1').match(/[^\x20-\x7e\r\n]/g);
    assert.equal(others, null);
  });
});

describeCommand(
  'COMMAND',
  ({ wire }) => {
    it('documents arguments in the form of 7.2', () =>
      wire('COMMAND DOCS client|id echo', {
        resp2:
          '*4\r\n$9\r\nclient|id\r\n*8\r\n$7\r\nsummary\r\n$40\r\nReturns the unique id of the connection.\r\n' +
          '$5\r\nsince\r\n$5\r\n5.0.0\r\n$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n' +
          '$4\r\necho\r\n*10\r\n$7\r\nsummary\r\n$25\r\nReturns the given string.\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n' +
          '$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n*6\r\n' +
          '$4\r\nname\r\n$7\r\nmessage\r\n$4\r\ntype\r\n$6\r\nstring\r\n$12\r\ndisplay_text\r\n$7\r\nmessage\r\n',
        resp3:
          '%2\r\n$9\r\nclient|id\r\n%4\r\n$7\r\nsummary\r\n$40\r\nReturns the unique id of the connection.\r\n' +
          '$5\r\nsince\r\n$5\r\n5.0.0\r\n$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n' +
          '$4\r\necho\r\n%5\r\n$7\r\nsummary\r\n$25\r\nReturns the given string.\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n' +
          '$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n%3\r\n' +
          '$4\r\nname\r\n$7\r\nmessage\r\n$4\r\ntype\r\n$6\r\nstring\r\n$12\r\ndisplay_text\r\n$7\r\nmessage\r\n',
      }));
  },
  { ourOwn: 'summaries are ours, and 7.0 has no display_text' },
);
