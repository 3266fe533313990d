import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';

describeCommand('DEBUG DIGEST', ({ call, since }) => {
  it('is the same for the same data, whatever its order and encoding', async () => {
    since('7.2', 'writes scores with 17 digits');
    await call('SET', 'string', 'any \xff bytes');
    await call('SET', 'number', '12345', 'EX', 1000);
    await call('RPUSH', 'list', 'a', 'b', '3');
    await call('SADD', 'set', 'x', 'y', 'z', '1');
    await call('HSET', 'hash', 'field', 'value', 'other', '2');
    await call('ZADD', 'zset', 1, 'one', '2.5', 'more', 'inf', 'most', '-0.1', 'less');
    await call('XADD', 'stream', '1-1', 'a', '1', 'b', '2');
    await call('XADD', 'stream', '2-0', 'c', '3');
    await call('SELECT', 3);
    await call('SET', 'elsewhere', 'x');
    // What 7.2 answers for this data.
    assert.equal(await call('DEBUG', 'DIGEST'), '70dfbae2bb8d94b894f9df5a1ef2f59bf0e5fcb2');
    await call('SELECT', 0);
    const digests = (await call('DEBUG', 'DIGEST-VALUE', 'string', 'nothing')) as string[];
    assert.deepEqual(digests, ['d61d5c93efd8a940d53e944569996e6478ee9277', '0'.repeat(40)]);
  });

  it('is all zeros for no data', async () => {
    assert.equal(await call('DEBUG', 'DIGEST'), '0'.repeat(40));
  });
});

describeCommand(
  'DEBUG STRINGMATCH-LEN, SDSLEN and QUICKLIST',
  ({ call, wire, refused }) => {
    it('says whether a glob matches', async () => {
      await wire('DEBUG STRINGMATCH-LEN h[^e]ll? hallo', ':1\r\n');
      await wire('DEBUG STRINGMATCH-LEN h[^e]ll? hello', ':0\r\n');
      await wire('DEBUG STRINGMATCH-TEST', '+Apparently Redis did not crash: test passed\r\n');
    });

    it('describes a string of bytes, and nothing else', async () => {
      await call('SET', 'key', 'value');
      assert.match(
        String(await call('DEBUG', 'SDSLEN', 'key')),
        /^key_sds_len:3, key_sds_avail:0, key_zmalloc: \d+, val_sds_len:5, val_sds_avail:\d+, val_zmalloc: \d+$/,
      );
      await call('SET', 'key', '12');
      await refused('ERR Not an sds encoded string.', 'DEBUG', 'SDSLEN', 'key');
      await refused('ERR no such key', 'DEBUG', 'SDSLEN', 'nothing');
    });

    it('describes a long list, and nothing else', async () => {
      await call('RPUSH', 'short', 'a');
      await refused('ERR Not a quicklist encoded object.', 'DEBUG', 'QUICKLIST', 'short');
      await call('RPUSH', 'long', ...Array.from({ length: 200 }, () => 'x'.repeat(100)));
      assert.match(String(await call('DEBUG', 'QUICKLIST', 'long', 1)), /^Quicklist structure /);
    });
  },
  { ourOwn: 'Redis 7.2 has STRINGMATCH-LEN, and its memory is laid out in another way' },
);

describeCommand('DEBUG PROTOCOL', ({ wire, refused, resp }) => {
  it('replies with a value of each type', async () => {
    await wire('DEBUG PROTOCOL string', '$11\r\nHello World\r\n');
    await wire('DEBUG PROTOCOL integer', ':12345\r\n');
    await wire('DEBUG PROTOCOL double', { resp2: '$5\r\n3.141\r\n', resp3: ',3.141\r\n' });
    await wire('DEBUG PROTOCOL null', { resp2: '$-1\r\n', resp3: '_\r\n' });
    await wire('DEBUG PROTOCOL array', '*3\r\n:0\r\n:1\r\n:2\r\n');
    await wire('DEBUG PROTOCOL SET', {
      resp2: '*3\r\n:0\r\n:1\r\n:2\r\n',
      resp3: '~3\r\n:0\r\n:1\r\n:2\r\n',
    });
    await wire('DEBUG PROTOCOL map', {
      resp2: '*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n',
      resp3: '%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n',
    });
    await wire('DEBUG PROTOCOL verbatim', {
      resp2: '$25\r\nThis is a verbatim\nstring\r\n',
      resp3: '=29\r\ntxt:This is a verbatim\nstring\r\n',
    });
    await wire('DEBUG PROTOCOL bignum', {
      resp2: '$37\r\n1234567999999999999999999999999999999\r\n',
      resp3: '(1234567999999999999999999999999999999\r\n',
    });
    await wire('DEBUG PROTOCOL true', { resp2: ':1\r\n', resp3: '#t\r\n' });
    await wire('DEBUG PROTOCOL false', { resp2: ':0\r\n', resp3: '#f\r\n' });
    const attributed = '$39\r\nSome real reply following the attribute\r\n';
    await wire('DEBUG PROTOCOL attrib', {
      resp2: attributed,
      resp3: `|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n${attributed}`,
    });
    if (resp === 2) {
      await refused('ERR RESP2 is not supported by this command', 'DEBUG', 'PROTOCOL', 'push');
    } else {
      // The push itself goes past replies.
      await wire('DEBUG PROTOCOL push', '$40\r\nSome real reply following the push reply\r\n');
    }
    await refused(
      'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
      ...['DEBUG', 'PROTOCOL', 'foo'],
    );
  });
});

describeCommand('DEBUG', ({ call, refused }) => {
  const unknown = (word: string) =>
    `ERR unknown subcommand or wrong number of arguments for '${word}'. Try DEBUG HELP.`;

  it('refuses what it does not know, and wrong numbers of words alike', async () => {
    await refused(unknown('FOO'), 'DEBUG', 'FOO');
    await refused(unknown('SLEEP'), 'DEBUG', 'SLEEP');
    await refused(unknown('digest'), 'DEBUG', 'digest', 'x');
    await refused(unknown('constructor'), 'DEBUG', 'constructor');
  });

  it('replies with the error that it is given', () => refused('OOPS a  b', 'DEBUG', 'ERROR', 'OOPS a\r\nb'));

  it('creates keys where they are missing', async () => {
    await call('SET', 'key:1', 'mine');
    assert.equal(await call('DEBUG', 'POPULATE', 3), 'OK');
    assert.deepEqual(await call('MGET', 'key:0', 'key:1', 'key:2', 'key:3'), [
      'value:0',
      'mine',
      'value:2',
      null,
    ]);
    await call('DEBUG', 'POPULATE', 2, 'other', 10);
    assert.deepEqual(await call('MGET', 'other:1'), ['value:1\0\0\0']);
    await refused('ERR value is out of range, must be positive', 'DEBUG', 'POPULATE', 'x');
    await refused('ERR value is out of range, must be positive', 'DEBUG', 'POPULATE', -1);
  });

  it('takes sizes with units for the threshold of packed lists', async () => {
    for (const size of ['100', '10b', '1k', '2KB', '1mb', '1gb', '0']) {
      assert.equal(await call('DEBUG', 'QUICKLIST-PACKED-THRESHOLD', size), 'OK');
    }
    for (const size of ['x', '5gb', '-1', '1tb']) {
      await refused(
        'ERR argument must be a memory value bigger than 1 and smaller than 4gb',
        ...['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', size],
      );
    }
  });

  it('looks for listpacks only where they are', async () => {
    await call('SET', 'key', 'x');
    await refused('ERR no such key', 'DEBUG', 'LISTPACK', 'nothing');
    await refused('ERR Not a listpack encoded object.', 'DEBUG', 'LISTPACK', 'key');
    await call('HSET', 'hash', 'field', 'value');
    assert.match(String(await call('DEBUG', 'LISTPACK', 'hash')), /^Listpack structure /);
  });
});

describeCommand(
  'DEBUG SLEEP',
  (kit) => {
    const { call, advance, tick } = kit;

    it('holds the server up', async () => {
      const before = kit.memory.clock.wallMs();
      assert.equal(await call('DEBUG', 'SLEEP', '0.25'), 'OK');
      assert.equal(kit.memory.clock.wallMs() - before, 250);
    });

    it('turns active expiry off and on', async () => {
      const { size } = kit.memory.server.keyspace.databases[0];
      await call('SET', 'key', 'x', 'PX', 10);
      await call('DEBUG', 'SET-ACTIVE-EXPIRE', 0);
      advance(100);
      tick();
      assert.equal(kit.memory.server.keyspace.databases[0].size, size + 1);
      await call('DEBUG', 'SET-ACTIVE-EXPIRE', 1);
      tick();
      assert.equal(kit.memory.server.keyspace.databases[0].size, size);
    });

    it('lets the work between commands stand still, and go on', async () => {
      const { size } = kit.memory.server.keyspace.databases[0];
      const idle = await kit.connect();
      await idle.call('PING');
      await call('CONFIG', 'SET', 'timeout', 1);
      await call('SET', 'key', 'x', 'PX', 10);
      await call('DEBUG', 'PAUSE-CRON', 1);
      advance(5000);
      tick();
      assert.equal(kit.memory.server.keyspace.databases[0].size, size + 1);
      assert.equal(idle.isClosed, false);
      await call('DEBUG', 'PAUSE-CRON', 0);
      tick();
      assert.equal(kit.memory.server.keyspace.databases[0].size, size);
      await idle.end();
    });

    it('draws a new replication id', async () => {
      const idOf = async () =>
        /master_replid:([0-9a-f]{40})\r\n/.exec(String(await call('INFO', 'replication')))?.[1];
      const before = await idOf();
      assert.equal(await call('DEBUG', 'CHANGE-REPL-ID'), 'OK');
      assert.notEqual(await idOf(), before);
    });
  },
  { ourOwn: 'it looks at the clock and at the insides' },
);

describe('enable-debug-command', () => {
  const refusal =
    'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';

  const connectWith = (value: string) => {
    const memory = new MemoryServer({ config: new Config({ 'enable-debug-command': value }) });
    return { memory, client: memory.connect() };
  };

  it('refuses DEBUG when it is no, before it asks who the client is', async () => {
    const { memory } = connectWith('no');
    memory.server.access.password = 'secret';
    await memory.connect().refused(refusal, 'DEBUG', 'SLEEP', 0);
  });

  it('allows clients of the same machine when it is local', async () => {
    const { client } = connectWith('local');
    assert.equal(await client.call('DEBUG', 'SLEEP', 0), 'OK');
  });

  it('breaks the transaction that it refuses', async () => {
    const { client } = connectWith('no');
    await client.call('MULTI');
    await client.refused(refusal, 'DEBUG', 'DIGEST');
    await client.refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
  });
});

describeCommand('DEBUG OBJECT', ({ call, refused }) => {
  it('describes a value', async () => {
    await call('SET', 'key', 'bar');
    const line = String(await call('DEBUG', 'OBJECT', 'key'));
    assert.match(
      line,
      /^Value at:0x[0-9a-f]+ refcount:1 encoding:embstr serializedlength:4 lru:\d+ lru_seconds_idle:0$/,
    );
    await refused('ERR no such key', 'DEBUG', 'OBJECT', 'nothing');
  });

  it('tells whether a list is compressed, and by how much', async () => {
    const elements = Array.from({ length: 800 }, (_, index) => `${index}:${'x'.repeat(30)}`);
    await call('CONFIG', 'SET', 'list-compress-depth', 1);
    await call('RPUSH', 'list', ...elements);
    await call('CONFIG', 'SET', 'list-compress-depth', 0);
    const line = String(await call('DEBUG', 'OBJECT', 'list'));
    assert.match(line, / ql_nodes:4 .* ql_compressed:1 ql_uncompressed_size:\d{5}$/);
    const [, dumped, unpacked] = /serializedlength:(\d+) .*_size:(\d+)/.exec(line) ?? [];
    assert.ok(Number(dumped) < Number(unpacked));
    assert.deepEqual(await call('LRANGE', 'list', 0, -1), elements);
  });

  it('tells the nodes of a large list', async () => {
    await call('RPUSH', 'list', ...Array.from({ length: 400 }, (_, index) => `${index}:${'x'.repeat(30)}`));
    assert.match(
      String(await call('DEBUG', 'OBJECT', 'list')),
      / encoding:quicklist .* ql_nodes:2 ql_avg_node:200\.00 ql_listpack_max:-2 ql_compressed:0 ql_uncompressed_size:\d+$/,
    );
  });
});
