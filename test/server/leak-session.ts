/**
 * A hundred clients that come and go, each with a random mind: they subscribe, watch, wait, are tracked, pause the
 * others, kill each other, and leave in the middle of it all. Afterwards nothing of them may be left.
 */
import assert from 'node:assert/strict';
import { families } from '../differential/families/all.js';
import { maybe, type Piece, type Request, type Shape, shape, times, word } from '../differential/grammar.js';
import { key, member } from '../differential/pieces.js';
import { hasCommand } from '../differential/run.js';
import type { Client } from '../support/client.js';
import type { Dice } from '../support/dice.js';
import { MemoryServer } from '../support/memory-server.js';
import { encodeRequest } from '../support/words.js';

const CLIENTS = 100;
/** One in so many steps ends a connection; at most that many commands between two looks at the clock. */
const LEAVE_ODDS = 60;
const TIME_ODDS = 20;

const channel = word('news', 'sport', 'weather', '__keyevent@0__:set');
const pattern = word('*', 'n*', '__key*', '[a-z]*');
const timeout = word('0', '0.1', '1', '1000');
const id: Piece = (dice) => [dice.between(1, 400)];
const side = word('LEFT', 'RIGHT');

/** What leaves something behind at the server, as long as the client is there. */
const attachments: readonly Shape[] = [
  shape(6, 'SUBSCRIBE', times(1, 3, channel)),
  shape(3, 'UNSUBSCRIBE', times(0, 2, channel)),
  shape(5, 'PSUBSCRIBE', times(1, 2, pattern)),
  shape(2, 'PUNSUBSCRIBE'),
  shape(4, 'SSUBSCRIBE', channel),
  shape(2, 'SUNSUBSCRIBE'),
  shape(5, 'PUBLISH', channel, member),
  shape(2, 'SPUBLISH', channel, member),
  shape(10, 'MULTI'),
  shape(12, 'EXEC'),
  shape(2, 'DISCARD'),
  shape(10, 'WATCH', times(1, 4, key)),
  shape(2, 'UNWATCH'),
  shape(8, 'BLPOP', times(1, 3, key), timeout),
  shape(4, 'BLMOVE', key, key, side, side, timeout),
  shape(4, 'BZMPOP', timeout, '2', key, key, 'MIN'),
  shape(4, 'XREAD', 'BLOCK', word('0', '10', '5000'), 'STREAMS', key, '$'),
  shape(2, 'WAIT', word('0', '1'), word('0', '10', '1000')),
  shape(6, 'CLIENT TRACKING', 'ON', maybe(2, word('NOLOOP', 'BCAST', 'OPTIN', 'OPTOUT'))),
  shape(2, 'CLIENT TRACKING', 'ON', 'REDIRECT', id),
  shape(2, 'CLIENT TRACKING', 'ON', 'BCAST', 'PREFIX', member),
  shape(3, 'CLIENT TRACKING', 'OFF'),
  shape(2, 'CLIENT CACHING', word('YES', 'NO')),
  shape(2, 'CLIENT UNBLOCK', id, maybe(2, 'ERROR')),
  shape(2, 'CLIENT KILL', 'ID', id, 'SKIPME', word('yes', 'no')),
  shape(1, 'CLIENT PAUSE', word('1', '20'), maybe(2, 'WRITE')),
  shape(1, 'CLIENT UNPAUSE'),
  shape(1, 'CLIENT REPLY', word('ON', 'OFF', 'SKIP')),
  shape(2, 'CLIENT SETNAME', member),
  shape(2, 'CLIENT LIST'),
  shape(3, 'HELLO', word('2', '3')),
  shape(2, 'RESET'),
  shape(1, 'MONITOR'),
  shape(1, 'QUIT'),
  shape(2, 'SWAPDB', word('0', '1'), word('0', '1')),
  shape(2, 'SELECT', word('0', '1')),
  shape(2, 'PEXPIRE', key, word('1', '20', '500')),
  shape(1, 'CONFIG SET', 'notify-keyspace-events', word('', 'KEA', 'KEAmn')),
  shape(2, 'EVAL', "return redis.call('BLPOP', KEYS[1], 0)", '1', key),
  shape(2, 'EVAL', "redis.call('RPUSH', KEYS[1], 1) return redis.call('PUBLISH', 'news', 1)", '1', key),
];

const shapes: readonly Shape[] = [
  ...families.flatMap((family) => family.shapes),
  ...attachments,
  ...attachments,
]
  .filter(({ command }) => hasCommand(command))
  .flatMap((each) => Array.from({ length: each.weight }, () => each));

export class LeakSession {
  readonly memory = new MemoryServer();
  readonly #clients: Client[] = [];

  constructor(readonly dice: Dice) {}

  async run(commandCount: number): Promise<void> {
    const { dice, memory } = this;
    for (let done = 0; done < commandCount; done++) {
      while (this.#clients.length < CLIENTS) this.#clients.push(memory.connect(dice.oneIn(2) ? 2 : 3));
      const at = dice.between(0, CLIENTS - 1);
      const client = this.#clients[at];
      for (const request of this.#request()) client.send(this.#cut(encodeRequest(request)));
      while (client.takeReply() !== null);
      client.pushes.length = 0;
      if (dice.oneIn(LEAVE_ODDS)) client.close();
      if (dice.oneIn(TIME_ODDS)) await this.#passTime();
    }
    for (const client of this.#clients) client.close();
    await this.#passTime();
  }

  /** Asserts that the server is as it was before anybody came. */
  async assertNothingIsLeft(): Promise<void> {
    const { memory } = this;
    const { server } = memory;
    const { blocking, transactions, pubsub, tracking, introspection } = server;
    memory.advance(10_000);
    memory.tick();
    assert.deepEqual(
      {
        sessions: server.sessions.size,
        waiters: blocking.count,
        keysWaitedFor: blocking.keyCount,
        firstDueMs: blocking.firstDueMs,
        keysWatched: transactions.watchedCount,
        channels: pubsub.channelCount('channel'),
        shardChannels: pubsub.channelCount('shard'),
        patterns: pubsub.patternCount(),
        trackedClients: tracking.clientCount,
        trackedKeys: tracking.keyCount,
        prefixes: tracking.prefixCount,
        monitors: introspection.monitors.count,
        unfinishedWork: server.unfinishedWork,
      },
      {
        sessions: 0,
        waiters: 0,
        keysWaitedFor: 0,
        firstDueMs: Number.POSITIVE_INFINITY,
        keysWatched: 0,
        channels: 0,
        shardChannels: 0,
        patterns: 0,
        trackedClients: 0,
        trackedKeys: 0,
        prefixes: 0,
        monitors: 0,
        unfinishedWork: 0,
      },
    );
    const client = memory.connect();
    await client.call('CONFIG', 'SET', 'notify-keyspace-events', '');
    await client.call('FLUSHALL');
    assert.equal(server.observers.mask, 0, 'nobody observes keys');
    const info = String(await client.call('INFO', 'clients', 'memory'));
    for (const line of [
      'connected_clients:1',
      'blocked_clients:0',
      'tracking_clients:0',
      'total_blocking_keys:0',
    ]) {
      assert.ok(info.includes(`${line}\r\n`), `${line} in ${info}`);
    }
    client.close();
    memory.assertNoLeak();
  }

  #request(): readonly Request[] {
    const { dice } = this;
    return dice.pick(shapes).draw(dice);
  }

  /** Now and then the end of a request never comes. */
  #cut(bytes: Buffer): Buffer {
    return this.dice.oneIn(300) ? bytes.subarray(0, this.dice.between(1, bytes.length)) : bytes;
  }

  /** Time passes, and what waits for the event loop's next turn is done. */
  async #passTime(): Promise<void> {
    this.memory.advance(this.dice.between(0, 50));
    this.memory.tick();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (let at = 0; at < this.#clients.length; at++) {
      const client = this.#clients[at];
      while (client.takeReply() !== null);
      client.pushes.length = 0;
      if (client.isClosed) this.#clients.splice(at--, 1);
    }
  }
}
