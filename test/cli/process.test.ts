import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND } from '../support/command.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect, connectPath } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

const posix = process.platform === 'win32' ? describe.skip : describe;

/** The lines of a distribution's redis.conf, its paths and its port apart. */
const stockLines = (folder: string): string => `
bind 127.0.0.1 -::1
protected-mode yes
port 0
tcp-backlog 511
timeout 0
tcp-keepalive 300
daemonize no
pidfile ${folder}/redis-server.pid
loglevel notice
logfile ${folder}/redis-server.log
databases 16
always-show-logo no
set-proc-title yes
proc-title-template "{title} {listen-addr} {server-mode}"
stop-writes-on-bgsave-error yes
rdbcompression yes
rdbchecksum yes
dbfilename dump.rdb
rdb-del-sync-files no
dir ${folder}
replica-serve-stale-data yes
replica-read-only yes
repl-diskless-sync yes
repl-diskless-sync-delay 5
repl-diskless-sync-max-replicas 0
repl-diskless-load disabled
repl-disable-tcp-nodelay no
replica-priority 100
acllog-max-len 128
lazyfree-lazy-eviction no
lazyfree-lazy-expire no
lazyfree-lazy-server-del no
replica-lazy-flush no
lazyfree-lazy-user-del no
lazyfree-lazy-user-flush no
oom-score-adj no
oom-score-adj-values 0 200 800
disable-thp yes
appendonly no
appendfilename "appendonly.aof"
appenddirname "appendonlydir"
appendfsync everysec
no-appendfsync-on-rewrite no
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 64mb
aof-load-truncated yes
aof-use-rdb-preamble yes
aof-timestamp-enabled no
slowlog-log-slower-than 10000
slowlog-max-len 128
latency-monitor-threshold 0
notify-keyspace-events ""
hash-max-listpack-entries 512
hash-max-listpack-value 64
list-max-listpack-size -2
list-compress-depth 0
set-max-intset-entries 512
zset-max-listpack-entries 128
zset-max-listpack-value 64
hll-sparse-max-bytes 3000
stream-node-max-bytes 4096
stream-node-max-entries 100
activerehashing yes
client-output-buffer-limit normal 0 0 0
client-output-buffer-limit replica 256mb 64mb 60
client-output-buffer-limit pubsub 32mb 8mb 60
hz 10
dynamic-hz yes
aof-rewrite-incremental-fsync yes
rdb-save-incremental-fsync yes
jemalloc-bg-thread yes
unixsocket ${folder}/redis.sock
unixsocketperm 700
`;

posix('the process', () => {
  const programs: Program[] = [];
  let folder: string;

  const run = (...words: string[]): Program => {
    const program = new Program(words);
    programs.push(program);
    return program;
  };

  /** Waits until the file says so. */
  async function read(path: string, pattern: RegExp): Promise<string> {
    for (;;) {
      const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
      if (pattern.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-process-'));
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.end();
    }
    rmSync(folder, { recursive: true });
  });

  it("starts with a distribution's redis.conf, and logs as Redis does", async () => {
    const file = join(folder, 'redis.conf');
    writeFileSync(file, stockLines(folder));
    const program = run(file);
    const log = await read(join(folder, 'redis-server.log'), /Ready to accept connections unix\n/);
    const prefix = `${program.pid}:[CM] \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [.*#-] `;
    for (const line of log.trimEnd().split('\n')) assert.match(line, new RegExp(`^${prefix}`));
    for (const message of [
      'Configuration loaded',
      'Running mode=standalone, port=0.',
      'Server initialized',
    ]) {
      assert.ok(log.includes(` * ${message}\n`), log);
    }
    assert.equal(statSync(join(folder, 'redis.sock')).mode & 0o777, 0o700);
    assert.equal(readFileSync(join(folder, 'redis-server.pid'), 'latin1'), `${program.pid}\n`);
    const client = await connectPath(join(folder, 'redis.sock'));
    assert.equal(await client.call('PING'), 'PONG');
    assert.match(String(await client.call('CLIENT', 'LIST')), / addr=\S*redis\.sock:0 .* flags=U /);
    await client.quit();
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
    assert.equal(program.stdout + program.stderr, '');
    const end = readFileSync(join(folder, 'redis-server.log'), 'latin1');
    assert.match(end, /^\d+:signal-handler \(\d+\) Received SIGTERM scheduling shutdown\.\.\.\n/m);
    for (const message of ['User requested shutdown...', 'Removing the pid file.', 'bye bye...']) {
      assert.ok(end.includes(`${message}\n`), end);
    }
    assert.equal(existsSync(join(folder, 'redis.sock')), false);
    assert.equal(existsSync(join(folder, 'redis-server.pid')), false);
  });

  for (const frontend of FRONTENDS) {
    it(`serves a Unix socket beside its ports with ${frontend}`, async () => {
      const socket = join(folder, 'redis.sock');
      const program = run('--frontend', frontend, '--listen', '127.0.0.1:0', '--listen', socket);
      const addresses = await program.ready();
      assert.equal(addresses[1], `${socket} (${frontend})`);
      const [tcp, unix] = await Promise.all([connect(portOf(addresses[0])), connectPath(socket)]);
      await tcp.call('SET', 'greeting', 'hello');
      assert.equal(await unix.call('GET', 'greeting'), 'hello');
      await Promise.all([tcp.quit(), unix.quit()]);
    });
  }

  it('shows its face when it is told to', async () => {
    const program = run('--listen', '127.0.0.1:0', '--always-show-logo', 'yes');
    await program.ready();
    assert.match(program.stdout, new RegExp(`PID: ${program.pid}\n`));
  });

  it('says in each line of its log whether it follows another server', async () => {
    const program = run('--listen', '127.0.0.1:0');
    const [address] = await program.ready();
    const client = await connect(portOf(address));
    await client.call('REPLICAOF', '127.0.0.1', '1');
    await program.printed(new RegExp(`^${program.pid}:S `, 'm'));
    await client.call('REPLICAOF', 'NO', 'ONE');
    await client.quit();
    program.signal('SIGTERM');
    await program.printed(new RegExp(`^${program.pid}:M .* User requested shutdown`, 'm'));
  });

  it('goes on without a terminal when it is a daemon', async () => {
    const pidFile = join(folder, 'daemon.pid');
    const log = join(folder, 'daemon.log');
    const socket = join(folder, 'daemon.sock');
    const words = ['--daemonize', 'yes', '--pidfile', pidFile, '--logfile', log, '--port', '0'];
    const starter = spawnSync(COMMAND[0], [...COMMAND.slice(1), ...words, '--unixsocket', socket], {
      cwd: folder,
      encoding: 'latin1',
    });
    assert.equal(starter.status, 0);
    assert.equal(starter.stdout + starter.stderr, '');
    await read(log, /Ready to accept connections unix\n/);
    const pid = Number(readFileSync(pidFile, 'latin1'));
    assert.notEqual(pid, starter.pid);
    const client = await connectPath(socket);
    client.send('SHUTDOWN NOSAVE\r\n');
    await client.end();
    await read(log, /bye bye\.\.\.\n/);
    assert.equal(existsSync(pidFile), false);
  });

  it('serves although its pid file can not be written', async () => {
    const program = run('--listen', 'v1:127.0.0.1:0', '--pidfile', join(folder, 'nowhere', 'pid'));
    await program.ready();
    assert.match(program.stdout, / # Failed to write PID file: ENOENT/);
  });
});
