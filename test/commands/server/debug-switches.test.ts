/** What DEBUG turns on and off that no directive names. */
import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

const MARKED = '\x00\x05hello\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00';

describeCommand('DEBUG', ({ call, wire, refused }) => {
  it('SET-SKIP-CHECKSUM-VALIDATION lets RESTORE take a value whose checksum is wrong', async () => {
    const wrong = 'ERR DUMP payload version or checksum are wrong';
    const value = Buffer.from(MARKED, 'latin1');
    await refused(wrong, 'RESTORE', 'key', 0, value);
    await call('DEBUG', 'SET-SKIP-CHECKSUM-VALIDATION', 1);
    await call('RESTORE', 'key', 0, value);
    assert.equal(await call('GET', 'key'), 'hello');
    await call('DEBUG', 'SET-SKIP-CHECKSUM-VALIDATION', 0);
    await refused(wrong, 'RESTORE', 'other', 0, value);
  });

  it('SET-DISABLE-DENY-SCRIPTS lets scripts call what is made for clients', async () => {
    await call('DEBUG', 'SET-DISABLE-DENY-SCRIPTS', 1);
    assert.deepEqual(await call('EVAL', "return redis.call('config', 'get', 'port')[1]", 0), 'port');
    await call('DEBUG', 'SET-DISABLE-DENY-SCRIPTS', 0);
    await assert.rejects(
      call('EVAL', "return redis.call('config', 'get', 'port')", 0),
      /This Redis command is not allowed from script/,
    );
  });

  it('takes what is so already', async () => {
    await wire('DEBUG REPLYBUFFER RESIZING 0', '+OK\r\n');
    await wire('DEBUG REPLYBUFFER RESIZING 1', '+OK\r\n');
    for (const time of ['never', '100', 'RESET']) {
      await wire(`DEBUG REPLYBUFFER PEAK-RESET-TIME ${time}`, '+OK\r\n');
    }
    await refused(
      'ERR value is not an integer or out of range',
      'DEBUG',
      'REPLYBUFFER',
      'PEAK-RESET-TIME',
      'x',
    );
    const unknown = "ERR unknown subcommand or wrong number of arguments for 'REPLYBUFFER'. Try DEBUG HELP.";
    await refused(unknown, 'DEBUG', 'REPLYBUFFER', 'x', '1');
    await refused(unknown, 'DEBUG', 'REPLYBUFFER', 'RESIZING');
    await wire('DEBUG LEAK memory', '+OK\r\n');
    await wire('DEBUG AOF-FLUSH-SLEEP 0', '+OK\r\n');
  });

  it('CLIENT-EVICTION tells of clients by their sizes', async () => {
    await refused('ERR maxmemory-clients is disabled.', 'DEBUG', 'CLIENT-EVICTION');
    await call('CONFIG', 'SET', 'maxmemory-clients', '100mb');
    try {
      const lines = String(await call('DEBUG', 'CLIENT-EVICTION')).split('\n');
      assert.equal(lines.length, 20);
      assert.match(lines[0], /^bucket {10}0 - {6}32767: tot-mem: +\d+, clients: \d+$/);
      assert.match(lines[18], /^bucket 4294967296\+ {12}: tot-mem: {10}0, clients: 0$/);
    } finally {
      await call('CONFIG', 'SET', 'maxmemory-clients', 0);
    }
  });
});

describeCommand(
  'DEBUG',
  ({ refused }) => {
    it('CONFIG-REWRITE-FORCE-ALL needs a file', () =>
      refused('ERR The server is running without a config file', 'DEBUG', 'CONFIG-REWRITE-FORCE-ALL'));

    it('does not end a program that embeds the server', () =>
      refused('ERR the program that embeds this server does not let it crash', 'DEBUG', 'PANIC'));
  },
  { ourOwn: 'redis-server is no library' },
);
