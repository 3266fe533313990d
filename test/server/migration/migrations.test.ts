/** MIGRATE against a target that does as the test says, on a clock of the test's own. */
import assert from 'node:assert/strict';
import { TO_FILE } from '../../../src/server/propagation/sink.js';
import type { Connect, LinkHandler } from '../../../src/server/replication/link.js';
import { MemoryServer } from '../../support/memory-server.js';

/** The other end of one connection. */
class Target {
  text = '';
  isClosed = false;

  constructor(
    readonly address: string,
    readonly handler: LinkHandler,
  ) {}

  /** What was sent since it was asked for last, one word after another. */
  words(): string[] {
    const words = this.text.split('\r\n').filter((word) => word !== '' && !/^[*$]\d+$/.test(word));
    this.text = '';
    return words;
  }

  reply(...lines: string[]): void {
    this.handler.received(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
  }
}

function setUp() {
  const targets: Target[] = [];
  const connect: Connect = (host, port, handler) => {
    const target = new Target(`${host}:${port}`, handler);
    targets.push(target);
    return {
      pendingBytes: 0,
      write(bytes) {
        target.text += bytes.toString('latin1');
      },
      close() {
        target.isClosed = true;
      },
    };
  };
  const memory = new MemoryServer({ connect });
  return { memory, targets, mover: memory.connect(), other: memory.connect() };
}

const HOUR_MS = 3_600_000;

describe('a migration', () => {
  it('authenticates, selects and restores, and removes the keys when they were acknowledged', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'one', '1');
    await other.call('SET', 'two', '2', 'PX', '5000');
    await other.call('CONFIG', 'SET', 'notify-keyspace-events', 'KA');
    const listener = memory.connect(3);
    void listener.raw('PSUBSCRIBE', '*');
    assert.equal(String((await listener.push()) as unknown), 'psubscribe,*,1');
    const moved = mover.raw(
      ...['MIGRATE', 'host', 7000, '', 2, 100, 'REPLACE', 'AUTH2', 'me', 'pw', 'KEYS', 'one', 'no', 'two'],
    );
    const [target] = targets;
    assert.equal(target.address, 'host:7000');
    assert.equal(target.text, '', 'nothing before the connection is there');
    target.handler.connected();
    const words = target.words();
    assert.deepEqual(words.slice(0, 5), ['AUTH', 'me', 'pw', 'SELECT', '2']);
    assert.deepEqual(words.slice(5, 8), ['RESTORE', 'one', '0']);
    assert.deepEqual(words.slice(-5, -2), ['RESTORE', 'two', '5000']);
    assert.equal(words.at(-1), 'REPLACE');
    target.reply('+OK', '+OK', '+OK');
    memory.tick();
    assert.equal(await other.call('DBSIZE'), 2, 'one reply is still to come');
    target.reply('+OK');
    memory.tick();
    assert.equal(String(await moved), '+OK\r\n');
    assert.equal(await other.call('DBSIZE'), 0);
    for (const key of ['one', 'two']) {
      assert.deepEqual(await listener.push(), ['pmessage', '*', `__keyspace@0__:${key}`, 'del']);
    }
  });

  it('is shown to monitors once, when it begins', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'one', '1');
    const monitor = memory.connect();
    await monitor.call('MONITOR');
    const moved = mover.raw('MIGRATE', 'host', 7000, 'one', 0, 100);
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK');
    memory.tick();
    await moved;
    await other.call('PING');
    assert.match((await monitor.reply()).toString(), /"MIGRATE" "host" "7000" "one" "0" "100"\r\n$/);
    assert.match((await monitor.reply()).toString(), /"PING"\r\n$/);
  });

  it('is a DEL of what arrived to the append-only file and to replicas', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('MSET', 'one', '1', 'two', '2', 'three', '3');
    let passedOn = '';
    memory.server.propagation.attach({
      target: TO_FILE,
      selectedDb: 0,
      beginUnit() {},
      write(bytes, start, end) {
        passedOn += bytes.toString('latin1', start, end);
      },
    });
    const moved = mover.raw('MIGRATE', 'host', 7000, '', 0, 100, 'KEYS', 'one', 'two', 'three');
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK', '-BUSYKEY', '+OK');
    memory.tick();
    assert.equal(String(await moved), '-ERR Target instance replied with error: BUSYKEY\r\n');
    assert.equal(passedOn, '*3\r\n$3\r\nDEL\r\n$3\r\none\r\n$5\r\nthree\r\n');
    assert.deepEqual(await other.call('KEYS', '*'), ['two']);
  });

  it('keeps the keys with COPY, and says nothing of passwords to the slow log', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    await other.call('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    const copied = mover.raw('MIGRATE', 'host', 7000, 'key', 0, 100, 'COPY', 'AUTH', 'secret');
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK', '+OK');
    memory.tick();
    assert.equal(String(await copied), '+OK\r\n');
    assert.equal(await other.call('GET', 'key'), 'value');
    const log = JSON.stringify(await other.call('SLOWLOG', 'GET', '-1'));
    assert.match(log, /"COPY","AUTH","\(redacted\)"/);
    assert.doesNotMatch(log, /secret/);
  });

  it('holds writers back until it is over, and nobody else', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    await other.call('SET', 'fleeting', 'value', 'PX', '50');
    void mover.raw('MIGRATE', 'host', 7000, 'key', 0, 1000);
    const writer = memory.connect();
    const written = writer.raw('APPEND', 'key', 'lost?');
    const second = memory.connect().raw('MIGRATE', 'host', 7000, 'key', 0, 1000);
    assert.equal(await other.call('GET', 'key'), 'value');
    assert.equal(await other.call('CLIENT', 'UNPAUSE'), 'OK');
    memory.advance(100);
    memory.tick();
    assert.equal(memory.server.keyspace.databases[0].size, 2, 'nothing expires meanwhile');
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK');
    memory.tick();
    assert.equal(String(await written), ':5\r\n');
    assert.equal(await other.call('GET', 'key'), 'lost?');
    await new Promise(setImmediate);
    targets[0].reply('-BUSYKEY Target key name already exists.');
    memory.tick();
    assert.equal(
      String(await second),
      '-ERR Target instance replied with error: BUSYKEY Target key name already exists.\r\n',
    );
    assert.equal(targets.length, 1, 'over the same connection');
  });

  it('sends a database only where another one is selected, and again after an error', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    const copy = (database: number, ...replies: string[]) => {
      const copied = mover.raw('MIGRATE', 'host', 7000, 'key', database, 100, 'COPY');
      if (targets[0].text === '') targets[0].handler.connected();
      const words = targets[0].words();
      targets[0].reply(...replies);
      memory.tick();
      return copied.then(() => words.slice(0, 2));
    };
    assert.deepEqual(await copy(4, '+OK', '+OK'), ['SELECT', '4']);
    assert.deepEqual(await copy(4, '-BUSYKEY'), ['RESTORE', 'key']);
    assert.deepEqual(await copy(4, '+OK', '+OK'), ['SELECT', '4']);
    memory.advance(10_000);
    memory.tick();
    assert.ok(targets[0].isClosed, 'ten seconds unused');
  });

  it('removes what arrived, and only that, when the connection breaks in the middle', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('MSET', 'one', '1', 'two', '2');
    const moved = mover.raw('MIGRATE', 'host', 7000, '', 0, 100, 'KEYS', 'one', 'two');
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK');
    targets[0].handler.closed(null);
    memory.tick();
    assert.equal(String(await moved), '-IOERR error or timeout reading to target instance\r\n');
    assert.deepEqual(await other.call('KEYS', '*'), ['two']);
  });

  it('tries once more when the connection breaks before anything was answered', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    const moved = mover.raw('MIGRATE', 'host', 7000, 'key', 0, 100);
    for (const index of [0, 1]) {
      targets[index].handler.connected();
      targets[index].handler.closed(null);
      memory.tick();
    }
    assert.equal(String(await moved), '-IOERR error or timeout reading to target instance\r\n');
    assert.equal(targets.length, 2);
    assert.equal(await other.call('EXISTS', 'key'), 1);
  });

  it('gives up on who is silent for too long, not on who is slow', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('MSET', 'one', '1', 'two', '2');
    const moved = mover.raw('MIGRATE', 'host', 7000, '', 0, 100, 'KEYS', 'one', 'two');
    memory.advance(90);
    targets[0].handler.connected();
    memory.advance(90);
    targets[0].reply('+OK');
    memory.advance(90);
    targets[0].reply('+OK');
    memory.tick();
    memory.advance(100);
    memory.tick();
    assert.equal(String(await moved), '-IOERR error or timeout reading to target instance\r\n');
    assert.ok(targets[0].isClosed);
    assert.deepEqual(await other.call('KEYS', '*'), ['two']);
    const refused = mover.raw('MIGRATE', 'nowhere', 7000, 'two', 0, 0);
    memory.advance(1000);
    memory.tick();
    assert.equal(String(await refused), '-IOERR error or timeout connecting to the client\r\n');
  });

  it('tells apart who refuses and who does not exist', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    const moved = async (error: Error) => {
      const reply = mover.raw('MIGRATE', 'host', 7000, 'key', 0, 100);
      targets.at(-1)?.handler.closed(error);
      memory.tick();
      return String(await reply);
    };
    const unknown = Object.assign(new Error('ENOTFOUND'), { syscall: 'getaddrinfo' });
    assert.equal(await moved(unknown), '-IOERR error or timeout connecting to the client\r\n');
    const refused = Object.assign(new Error('ECONNREFUSED'), { syscall: 'connect' });
    assert.equal(await moved(refused), '-IOERR error or timeout writing to target instance\r\n');
  });

  it('goes on when its client is gone, and can not be unblocked', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    const id = await mover.call('CLIENT', 'ID');
    void mover.raw('MIGRATE', 'host', 7000, 'key', 0, HOUR_MS);
    assert.equal(await other.call('CLIENT', 'UNBLOCK', String(id)), 0);
    assert.equal(await other.call('CLIENT', 'KILL', 'ID', String(id)), 1);
    const held = other.call('SET', 'next', 'value');
    targets[0].handler.connected();
    targets[0].reply('+OK', '+OK');
    memory.tick();
    assert.equal(await held, 'OK');
    assert.deepEqual(await other.call('KEYS', '*'), ['next']);
  });

  it('leaves the data of a master alone that is followed meanwhile', async () => {
    const { memory, targets, mover, other } = setUp();
    await other.call('SET', 'key', 'value');
    const moved = mover.raw('MIGRATE', 'host', 7000, 'key', 0, 100);
    targets[0].handler.connected();
    await other.call('REPLICAOF', 'elsewhere', '7001');
    targets[0].reply('+OK', '+OK');
    memory.tick();
    assert.match(
      String(await moved),
      /^-UNBLOCKED force unblock from blocking operation, instance state changed/,
    );
    assert.equal(await other.call('EXISTS', 'key'), 1);
  });

  it('sends a large value piece by piece, as the connection takes it', async () => {
    const handlers: LinkHandler[] = [];
    let pendingBytes = 0;
    let sentBytes = 0;
    const memory = new MemoryServer({
      connect(_host, _port, handler) {
        handlers.push(handler);
        return {
          get pendingBytes() {
            return pendingBytes;
          },
          write(bytes) {
            pendingBytes += bytes.length;
          },
          close() {},
        };
      },
    });
    const [mover, other] = [memory.connect(), memory.connect()];
    await other.call('CONFIG', 'SET', 'rdbcompression', 'no');
    await other.call('SETRANGE', 'large', 1_000_000, 'x');
    const moved = mover.raw('MIGRATE', 'host', 7000, 'large', 0, 100);
    handlers[0].connected();
    while (pendingBytes > 0) {
      assert.ok(pendingBytes < 256 * 1024, `${pendingBytes} bytes pending`);
      sentBytes += pendingBytes;
      pendingBytes = 0;
      memory.advance(90);
      memory.tick();
      handlers[0].drained?.();
    }
    assert.ok(sentBytes > 0);
    handlers[0].received(Buffer.from('+OK\r\n+OK\r\n'));
    memory.tick();
    assert.equal(String(await moved), '+OK\r\n');
    assert.equal(await other.call('DBSIZE'), 0);
  });
});
