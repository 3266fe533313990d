import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JANUSKV_VERSION, REDIS_VERSION } from '../../src/base/version.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

describe('the program', () => {
  const programs: Program[] = [];
  let folder: string;

  const run = (words: readonly string[], input = '', environment: Record<string, string> = {}): Program => {
    const program = new Program(words, input, environment);
    programs.push(program);
    return program;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-cli-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.end();
    }
  });

  it('serves every frontend over the same data, says where, and ends well on SIGTERM', async () => {
    const listen = FRONTENDS.flatMap((name) => ['--listen', `${name}:127.0.0.1:0`]);
    const pidFile = join(folder, 'januskv.pid');
    const program = run([...listen, '--pidfile', pidFile]);
    const addresses = await program.ready();
    assert.deepEqual(
      addresses.map((address) => address.replace(/:\d+ /, ':port ')),
      FRONTENDS.map((name) => `127.0.0.1:port (${name})`),
    );
    assert.ok(program.stdout.includes(`januskv version=${JANUSKV_VERSION}, `), program.stdout);
    assert.ok(program.stdout.includes(`kill ${program.pid}`), program.stdout);
    assert.equal(readFileSync(pidFile, 'utf8'), `${program.pid}\n`);
    const clients = await Promise.all(addresses.map((address) => connect(portOf(address))));
    await clients[0].call('SET', 'greeting', 'hello');
    for (const client of clients) assert.equal(await client.call('GET', 'greeting'), 'hello');
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
    assert.equal(program.stderr, '');
    assert.equal(existsSync(pidFile), false);
    for (const client of clients) await client.quit();
  });

  it('reads a file, what it includes, standard input and the command line, in this order', async () => {
    const file = join(folder, 'redis.conf');
    mkdirSync(join(folder, 'parts'));
    writeFileSync(join(folder, 'parts', 'part-1.conf'), 'requirepass from-include\n');
    writeFileSync(
      file,
      `# mine\nlisten v1:127.0.0.1:0\ninclude ${join(folder, 'p*s', 'part-*.conf')}\ninclude /no/such/*.conf\ndatabases 2\n`,
    );
    const program = run([file, '--databases', '5', '-'], 'databases 3\nrequirepass "from stdin"\n');
    const [address] = await program.ready();
    const client = await connect(portOf(address));
    assert.equal(await client.call('AUTH', 'from stdin'), 'OK');
    assert.equal(await client.call('SELECT', 4), 'OK');
    await client.refused('ERR DB index is out of range', 'SELECT', 5);
    await client.quit();
    program.signal('SIGINT');
    assert.equal(await program.end(), 0);
  });

  it('takes MAX_LISTENERS from the environment, unless told otherwise', async () => {
    for (const [words, environment, expected] of [
      [[], { MAX_LISTENERS: '3' }, '3'],
      [[], { MAX_LISTENERS: '' }, '1'],
      [['--io-threads', '2'], { MAX_LISTENERS: '3' }, '2'],
    ] as const) {
      const program = run(['--listen', 'v1:127.0.0.1:0', ...words], '', environment);
      const [address] = await program.ready();
      const client = await connect(portOf(address));
      assert.deepEqual(await client.call('CONFIG', 'GET', 'io-threads'), ['io-threads', expected]);
      await client.quit();
    }
  });

  it('refuses a MAX_LISTENERS that is no number of threads, with the reason', async () => {
    for (const [value, reason] of [
      ['many', "argument couldn't be parsed into an integer"],
      ['0', 'argument must be between 1 and 128 inclusive'],
      ['129', 'argument must be between 1 and 128 inclusive'],
    ]) {
      const program = run([], '', { MAX_LISTENERS: value });
      assert.equal(await program.end(), 1);
      assert.equal(program.stderr, `januskv: MAX_LISTENERS='${value}' in the environment: ${reason}\n`);
      assert.equal(program.stdout, '');
    }
  });

  it('refuses a bad directive with its line, its text and the reason', async () => {
    const program = run(['--port', '7000', '--maxmemory', 'much']);
    assert.equal(await program.end(), 1);
    assert.match(program.stderr, /^\n\*\*\* FATAL CONFIG FILE ERROR \(Redis 7\.2\.\d+\) \*\*\*\n/);
    assert.ok(
      program.stderr.endsWith(
        `Reading the configuration file, at line 3\n>>> 'maxmemory "much"'\nargument must be a memory value\n`,
      ),
      program.stderr,
    );
    assert.equal(program.stdout, '');
  });

  it('refuses a file that is not there', async () => {
    const program = run([join(folder, 'nothing.conf')]);
    assert.equal(await program.end(), 1);
    assert.match(program.stderr, /can't open config file '.*nothing\.conf'/);
  });

  it('says which address it could not have', async () => {
    const first = run(['--listen', 'v1:127.0.0.1:0']);
    const [address] = await first.ready();
    const second = run(['--frontend', 'v1', '--port', String(portOf(address))]);
    assert.equal(await second.end(), 1);
    assert.ok(second.stderr.includes(`127.0.0.1:${portOf(address)}`), second.stderr);
    assert.ok(second.stderr.includes('EADDRINUSE'), second.stderr);
  });

  it('has its users in a file, and does not start without them', async () => {
    const path = join(folder, 'users.acl');
    writeFileSync(path, 'user default off\nuser alice on >secret ~* +@all\n');
    const program = run(['--listen', 'v1:127.0.0.1:0', '--aclfile', path]);
    const [address] = await program.ready();
    const client = await connect(portOf(address));
    assert.match(String(await client.raw('PING')), /^-NOAUTH /);
    assert.equal(await client.call('AUTH', 'alice', 'secret'), 'OK');
    await client.quit();
    writeFileSync(path, 'user alice bla\n');
    const other = run(['--listen', 'v1:127.0.0.1:0', '--aclfile', path]);
    assert.equal(await other.end(), 1);
    assert.match(
      other.stderr,
      /^januskv: Aborting startup because of ACL errors: .*users\.acl:1: Syntax error\. /,
    );
  });

  it('does not start to listen nowhere', async () => {
    const program = run(['--port', '0']);
    assert.equal(await program.end(), 1);
    assert.equal(program.stderr, 'januskv: configured to listen nowhere\n');
  });

  it('ends well on SHUTDOWN', async () => {
    const program = run(['--listen', 'v1:127.0.0.1:0']);
    const [address] = await program.ready();
    const client = await connect(portOf(address));
    client.send('SHUTDOWN\r\n');
    await client.end();
    client.close();
    assert.equal(await program.end(), 0);
  });

  it('tells its version and how to use it', async () => {
    const version = run(['--version']);
    const help = run(['--help']);
    assert.equal(await version.end(), 0);
    // redis-server's form, which tools read: the first number is the Redis version.
    assert.equal(/\d+(\.\d+)+/.exec(version.stdout)?.[0], REDIS_VERSION);
    assert.ok(version.stdout.startsWith(`Redis server v=${REDIS_VERSION} sha=`), version.stdout);
    assert.ok(version.stdout.includes(` januskv=${JANUSKV_VERSION} `), version.stdout);
    assert.equal(await help.end(), 0);
    assert.ok(help.stdout.startsWith('Usage: januskv '), help.stdout);
  });
});
