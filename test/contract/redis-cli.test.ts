/**
 * The panel for people: what redis-cli does beside sending commands, against both frontends. Each test waits for the
 * words that it looks for, then ends the program.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FRONTENDS, startServer, type TestServer } from '../support/running-server.js';

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

const describeWithCli = isInstalled('redis-cli')
  ? describe
  : (title: string, body: () => void) => describe.skip(`${title} (redis-cli is not installed)`, body);

/** `script` gives a program a terminal. */
const itInTerminal = isInstalled('script')
  ? it
  : (title: string, body: () => Promise<void>) => it.skip(`${title} (script is not installed)`, body);

const ESCAPE_SEQUENCES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g');

class Program {
  readonly child: ChildProcess;
  output = '';
  #isOver = false;
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.output += chunk.toString().replace(ESCAPE_SEQUENCES, '');
      this.#wake();
    });
    this.child.once('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Resolves when the output has it; fails when the program ends without it. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      assert.ok(!this.#isOver, `redis-cli said ${JSON.stringify(this.output)} and ended`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Everything it says until it ends by itself. */
  async all(): Promise<string> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.output;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.all();
  }
}

for (const frontend of FRONTENDS) {
  describeWithCli(`redis-cli and ${frontend}`, () => {
    let server: TestServer;
    const programs: Program[] = [];

    const cli = (...args: string[]): Program => {
      const program = new Program('redis-cli', ['-p', `${server.port}`, ...args]);
      programs.push(program);
      return program;
    };

    before(async () => {
      server = await startServer({ frontend, config: { 'maxmemory-policy': 'allkeys-lfu' } });
      const client = await server.connect();
      for (let index = 0; index < 50; index++) await client.call('SET', `string:${index}`, 'x'.repeat(index));
      await client.call('RPUSH', 'list', ...Array.from({ length: 30 }, (_, index) => index));
      await client.call('SADD', 'set', 'a', 'b');
      await client.call('HSET', 'hash', 'field', 'value');
      await client.call('ZADD', 'zset', 1, 'member');
      for (let count = 0; count < 2000; count++) await client.call('GET', 'string:7');
      await client.quit();
    });

    afterEach(() => Promise.all(programs.splice(0).map((program) => program.kill())));

    after(() => server.stop());

    itInTerminal('--stat shows keys, memory, clients and requests', async () => {
      const program = new Program('script', [
        '-qec',
        `redis-cli -p ${server.port} --stat -i 0.1`,
        '/dev/null',
      ]);
      programs.push(program);
      await program.says(/keys +mem +clients +blocked +requests +connections/);
      await program.says(/54 +\d[\d.]*[BKM] +\d+ +0 +\d+ \(\+\d+\) +\d+ /);
    });

    it('--user and --pass log in, and tell what that user may not do', async () => {
      const admin = await server.connect();
      await admin.call('ACL', 'SETUSER', 'alice', 'on', '>secret', '~string:*', '+get', '+acl|whoami');
      await admin.quit();
      const as = (password: string, ...words: string[]) =>
        cli('--no-auth-warning', '--user', 'alice', '--pass', password, ...words).all();
      assert.equal(await as('secret', 'ACL', 'WHOAMI'), 'alice\n');
      assert.equal(await as('secret', 'GET', 'string:3'), 'xxx\n');
      assert.match(await as('secret', 'GET', 'hash'), /^NOPERM No permissions to access a key\n/);
      assert.match(
        await as('secret', 'DBSIZE'),
        /^NOPERM User alice has no permissions to run the 'dbsize' command\n/,
      );
    });

    it('--latency measures', async () => {
      assert.match(await cli('--latency', '-i', '0.05', '--raw').all(), /^\d+ \d+ \d+\.\d+ \d+/);
    });

    it('--bigkeys finds the largest of each type', async () => {
      const said = await cli('--bigkeys').all();
      assert.match(said, /Biggest +string found '"string:49"' has 49 bytes/);
      assert.match(said, /Biggest +list found '"list"' has 30 items/);
      assert.match(said, /Sampled 54 keys in the keyspace!/);
    });

    it('--memkeys finds those that take most memory', async () => {
      assert.match(await cli('--memkeys').all(), /Biggest +list found '"list"' has \d+ bytes/);
    });

    it('--hotkeys finds those that are used most', async () => {
      assert.match(await cli('--hotkeys').all(), /hot key found with counter: \d+\tkeyname: "?string:7"?/);
    });

    it('--scan lists keys', async () => {
      const keys = (await cli('--scan', '--pattern', 'string:4*').all()).trim().split('\n');
      assert.equal(keys.length, 11);
    });

    it('--pipe sends many requests and counts their replies', async () => {
      const program = cli('--pipe');
      for (let index = 0; index < 1000; index++) program.type(`*2\r\n$4\r\nINCR\r\n$7\r\ncounter\r\n`);
      program.child.stdin?.end();
      assert.match(await program.all(), /errors: 0, replies: 1000/);
      assert.match(await cli('DEL', 'counter').all(), /1/);
    });

    it('--rdb takes the data, and --functions-rdb the functions alone', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'januskv-redis-cli-'));
      try {
        const library = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
        assert.equal(await cli('FUNCTION', 'LOAD', 'REPLACE', library).all(), 'lib\n');
        assert.equal(await cli('CONFIG', 'SET', 'repl-diskless-sync-delay', '0').all(), 'OK\n');
        const whole = join(folder, 'whole.rdb');
        await cli('--rdb', whole).all();
        const part = join(folder, 'part.rdb');
        await cli('--functions-rdb', part).all();
        assert.match(readFileSync(whole, 'latin1'), /name=lib[\s\S]*string:7/);
        assert.match(readFileSync(part, 'latin1'), /^REDIS[\s\S]*name=lib/);
        assert.doesNotMatch(readFileSync(part, 'latin1'), /string:7/);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    it('speaks RESP3, selects databases, shows errors', async () => {
      assert.match(await cli('-3', 'HELLO', '3').all(), /proto/);
      assert.equal(await cli('-n', '3', 'DBSIZE').all(), '0\n');
      assert.match(await cli('GET').all(), /ERR wrong number of arguments for 'get' command/);
    });

    itInTerminal('shows hints while a person types, and help', async () => {
      const program = new Program('script', [
        '-qec',
        `stty cols 200; redis-cli -p ${server.port}`,
        '/dev/null',
      ]);
      programs.push(program);
      await program.says(new RegExp(`:${server.port}> `));
      program.type('SET ');
      await program.says(/SET key value \[NX\|XX\] \[GET\] \[EX seconds\|PX milliseconds\|/);
      program.type('\u0015CLIENT REPLY ');
      await program.says(/CLIENT REPLY ON\|OFF\|SKIP/);
      program.type('\u0015help ECHO\r');
      await program.says(/ECHO message\s+summary: Returns the given string\.\s+since: 1\.0\.0/);
    });
  });
}
