/**
 * Commands without sockets: bytes in, bytes out, through parser, dispatcher, engine and reply writer. What the
 * kernel takes is not in it, so it shows what a change to our own code does long before a server's CPU does.
 */
import { Random } from '../../src/base/random.js';
import { allCommands } from '../../src/commands/all.js';
import type { Transport } from '../../src/server/frontend.js';
import { JanusServer } from '../../src/server/server.js';
import type { Session } from '../../src/server/session.js';
import { timeOperation } from './timing.js';

const KEYS = 100_000;
const VALUE_BYTES = 64;
/** As a frontend offers them: what one receive brings from a busy client. */
const COMMANDS_PER_BATCH = 64;
const BATCHES = 2048;

const COMMANDS: Readonly<Record<string, (key: string) => readonly string[]>> = {
  PING: () => ['PING'],
  GET: (key) => ['GET', key],
  SET: (key) => ['SET', key, 'v'.repeat(VALUE_BYTES)],
  'SET … EX': (key) => ['SET', key, 'v'.repeat(VALUE_BYTES), 'EX', '1000'],
  INCR: (key) => ['INCR', `counter:${key}`],
  'HSET (1 field)': (key) => ['HSET', `hash:${key}`, 'field', 'value'],
  SADD: (key) => ['SADD', `set:${key}`, 'member'],
  LPUSH: () => ['LPUSH', 'list', 'element'],
  ZADD: (key) => ['ZADD', 'zset', '1.5', key],
};

/** Takes all replies and keeps none; remembers whether one was an error. */
class Sink implements Transport {
  readonly peerAddress = '127.0.0.1:1';
  readonly localAddress = '127.0.0.1:2';
  readonly descriptor = -1;
  readonly pendingBytes = 0;
  firstReply = '';

  write(bytes: Buffer, start: number, end: number): void {
    if (this.firstReply === '') this.firstReply = bytes.toString('latin1', start, Math.min(end, start + 80));
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
}

/** @returns nanoseconds per command by name; a command that the server lacks is left out */
export function timeCommands(seed: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const [name, make] of Object.entries(COMMANDS)) {
    const server = new JanusServer({ declarations: allCommands, seed });
    const sink = new Sink();
    const session = server.open(sink);
    if (session === null) throw new Error('the server refused its first client');
    const batches = makeBatches(make, seed);
    for (const batch of batches) server.receive(session, batch, 0, batch.length);
    if (!sink.firstReply.startsWith('-')) times.set(name, timeBatches(server, session, batches));
  }
  return times;
}

function timeBatches(server: JanusServer, session: Session, batches: readonly Buffer[]): number {
  let next = 0;
  return timeOperation((count) => {
    for (let done = 0; done < count; done += COMMANDS_PER_BATCH) {
      const batch = batches[next];
      next = next + 1 === BATCHES ? 0 : next + 1;
      server.receive(session, batch, 0, batch.length);
      server.tick();
    }
  });
}

function makeBatches(make: (key: string) => readonly string[], seed: number): Buffer[] {
  const random = new Random(seed);
  return Array.from({ length: BATCHES }, () => {
    const commands = Array.from({ length: COMMANDS_PER_BATCH }, () => {
      const words = make(`key:${String(random.below(KEYS)).padStart(12, '0')}`);
      return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
    });
    return Buffer.from(commands.join(''));
  });
}
