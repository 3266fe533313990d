import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('CONFIG GET', ({ call, wire }) => {
  it('answers a map of names, as they were asked for, and values', () =>
    wire('CONFIG GET MaxClients nothing', {
      resp2: '*2\r\n$10\r\nMaxClients\r\n$5\r\n10000\r\n',
      resp3: '%1\r\n$10\r\nMaxClients\r\n$5\r\n10000\r\n',
    }));

  it('takes patterns, and names each directive once', async () => {
    const pairs = (await call('CONFIG', 'GET', 'slowlog-*', '*-max-len')) as string[];
    assert.equal(pairs.filter((name) => name === 'slowlog-max-len').length, 1);
    assert.ok(pairs.includes('slowlog-log-slower-than'));
  });
});

describeCommand('CONFIG SET', ({ call, refused }) => {
  const unsettled = (name: string, reason: string) =>
    `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`;

  afterEach(() => call('CONFIG', 'SET', 'timeout', '0', 'slowlog-max-len', '128'));

  it('sets several directives at once, or none', async () => {
    assert.equal(await call('CONFIG', 'SET', 'timeout', 5, 'slowlog-max-len', 7), 'OK');
    assert.deepEqual(await call('CONFIG', 'GET', 'timeout'), ['timeout', '5']);
    assert.deepEqual(await call('CONFIG', 'GET', 'slowlog-max-len'), ['slowlog-max-len', '7']);
    await refused(
      unsettled('slowlog-max-len', "argument couldn't be parsed into an integer"),
      ...['CONFIG', 'SET', 'timeout', '9', 'slowlog-max-len', 'x'],
    );
    assert.deepEqual(await call('CONFIG', 'GET', 'timeout'), ['timeout', '5']);
  });

  it('refuses what it does not know, and what is set at the start only', async () => {
    await refused(
      "ERR Unknown option or number of arguments for CONFIG SET - 'nothing'",
      ...['CONFIG', 'SET', 'timeout', '1', 'nothing', '1'],
    );
    await refused(unsettled('databases', "can't set immutable config"), 'CONFIG', 'SET', 'databases', 3);
    await refused(unsettled('timeout', 'duplicate parameter'), 'CONFIG', 'SET', 'timeout', 1, 'timeout', 2);
    await refused('ERR syntax error', 'CONFIG', 'SET', 'timeout', 1, 'port');
    await refused("ERR wrong number of arguments for 'config|set' command", 'CONFIG', 'SET', 'timeout');
  });
});

describeCommand('CONFIG RESETSTAT', ({ call }) => {
  it("sets INFO's counters back", async () => {
    await call('GET', 'nothing');
    assert.equal(await call('CONFIG', 'RESETSTAT'), 'OK');
    const info = String(await call('INFO', 'stats', 'commandstats'));
    assert.match(info, /\r\nkeyspace_misses:0\r\n/);
    assert.doesNotMatch(info, /cmdstat_get/);
    assert.match(info, /cmdstat_config\|resetstat:calls=1,/);
  });
});

describeCommand('CONFIG REWRITE', (kit) => {
  it('needs a file', () =>
    kit.refused('ERR The server is running without a config file', 'CONFIG', 'REWRITE'));

  it('replaces the file, and leaves no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'januskv-'));
    const file = join(folder, 'redis.conf');
    try {
      writeFileSync(file, '# as it was\ntimeout 3\nenable-debug-command yes\n');
      kit.memory.server.config.file = file;
      await kit.call('CONFIG', 'SET', 'timeout', 8);
      assert.equal(await kit.call('CONFIG', 'REWRITE'), 'OK');
      assert.equal(readFileSync(file, 'utf8'), '# as it was\ntimeout 8\nenable-debug-command yes\n');
      assert.deepEqual(readdirSync(folder), ['redis.conf']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells why it could not', async () => {
    kit.memory.server.config.file = join(tmpdir(), 'januskv-no-such-folder', 'redis.conf');
    assert.ok(!existsSync(kit.memory.server.config.file));
    const reply = (await kit.raw('CONFIG', 'REWRITE')).toString();
    assert.match(reply, /^-ERR Rewriting config file: ENOENT/);
  });
});
