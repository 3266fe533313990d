/**
 * Connects: visitors come at a given rate, ask one PING each and leave, while a thousand connected clients go on with theirs.
 * Once at 20,000 visits a second, which a server has to survive, and once as many as it takes. One wrong or missing answer, or
 * one lost connection of the connected, and the bench fails.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getSystemErrorName } from 'node:util';
import { systemClock } from '../../src/base/clock.js';
import type { Connection } from '../../v2/reactor/connection.js';
import type { ConnectionHandler } from '../../v2/reactor/connection-handler.js';
import { Reactor } from '../../v2/reactor/reactor.js';
import { Connector } from '../load/connector.js';
import { Histogram } from '../load/histogram.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { eachAlone } from './servers.js';

const CONNECTED = 1_000;
/** Of each of the connected. */
const PINGS_PER_SECOND = 1;
const VISITS_PER_SECOND = 20_000;
const VISITING_SECONDS = 5;
/** Visits under way: more don't wait for the server but for us. */
const VISITORS_MAX = 512;
const SETTLE_SECONDS_MAX = 10;
const CLOSE_DEADLINE_MS = 2_000;

const PING = Buffer.from('PING\r\n');
const PONG = Buffer.from('+PONG\r\n');

const clock = systemClock;

interface Measured {
  readonly visitsPerSecond: number;
  /** From the first SYN to the reply. */
  readonly visits: Histogram;
  /** Of the connected, from when a PING was due to its reply. */
  readonly pings: Histogram;
}

export const connects: Bench = {
  name: 'connects',
  summary: 'connects a second, and how long a thousand connected clients wait meanwhile',
  async run(context: BenchContext): Promise<BenchResult> {
    const seconds = VISITING_SECONDS * context.scale;
    const table = [
      ['server', 'visits/s asked', 'reached', 'visit p50 ms', 'p99', 'max', 'reply p50 ms', 'p99', 'max'],
    ];
    const figures: Record<string, number> = {};
    for (const rate of [VISITS_PER_SECOND, Number.POSITIVE_INFINITY]) {
      const asked = rate === Number.POSITIVE_INFINITY ? 'as many as go' : String(rate);
      const measured = await eachAlone(context, (server) => measure(server, rate, seconds));
      for (const [name, { visitsPerSecond, visits, pings }] of measured) {
        table.push([name, asked, visitsPerSecond.toFixed(0), ...waits(visits), ...waits(pings)]);
        figures[`${name} visits/s, ${asked}`] = visitsPerSecond;
        figures[`${name} reply max ms, ${asked}`] = pings.maxUs / 1000;
      }
    }
    return {
      title: `visits (connect, PING, leave) while ${CONNECTED} connected clients ask ${CONNECTED * PINGS_PER_SECOND} PINGs a second`,
      table,
      figures,
      goals: [],
    };
  },
};

function waits(histogram: Histogram): string[] {
  return [50, 99, 100].map((percent) => (histogram.percentileUs(percent) / 1000).toFixed(2));
}

async function measure(server: ServerProcess, rate: number, seconds: number): Promise<Measured> {
  const reactor = await Reactor.create();
  try {
    const crowd = new Crowd(new Connector(reactor, HOST, server.port));
    await crowd.connectAll();
    const startUs = clock.monotonicUs();
    await crowd.run(startUs + seconds * 1e6, rate);
    const { visits, pings } = crowd;
    return { visitsPerSecond: visits.count / ((clock.monotonicUs() - startUs) / 1e6), visits, pings };
  } finally {
    await reactor.drain(CLOSE_DEADLINE_MS);
  }
}

class Crowd {
  readonly visits = new Histogram();
  readonly pings = new Histogram();
  visiting = 0;
  connectedCount = 0;
  trouble: Error | null = null;
  readonly #connector: Connector;
  readonly #connected: Client[] = [];
  /** Of the next client: each takes a port of its own, and after some thousands a source address. */
  #number = 0;

  constructor(connector: Connector) {
    this.#connector = connector;
  }

  async connectAll(): Promise<void> {
    while (this.#connected.length < CONNECTED) {
      this.#connected.push(this.#open(false));
      await nextTurn();
    }
    await this.#until(() => this.connectedCount === CONNECTED);
  }

  /** @param rate visits a second */
  async run(endUs: number, rate: number): Promise<void> {
    const startUs = clock.monotonicUs();
    let begun = 0;
    let pinged = 0;
    for (let nowUs = startUs; nowUs < endUs; nowUs = clock.monotonicUs()) {
      const passedSeconds = (nowUs - startUs) / 1e6;
      for (; pinged < passedSeconds * CONNECTED * PINGS_PER_SECOND; pinged++) {
        this.#connected[pinged % CONNECTED].ask(startUs + (pinged / (CONNECTED * PINGS_PER_SECOND)) * 1e6);
      }
      // A few at a time: what the connected are answered is not to wait for our own connecting.
      for (let left = 16; left > 0 && this.visiting < VISITORS_MAX && begun < passedSeconds * rate; left--) {
        this.visiting++;
        begun++;
        this.#open(true);
      }
      await nextTurn();
      if (this.trouble !== null) throw this.trouble;
    }
    await this.#until(() => this.visiting === 0 && this.pings.count === pinged);
  }

  #open(isVisitor: boolean): Client {
    let client: Client | null = null;
    this.#connector.connect(this.#number++, (connection) => {
      client = new Client(this, connection, isVisitor);
      return client;
    });
    if (client === null) throw new Error('a connection has a handler');
    return client;
  }

  async #until(isReached: () => boolean): Promise<void> {
    const endUs = clock.monotonicUs() + SETTLE_SECONDS_MAX * 1e6;
    while (!isReached()) {
      if (this.trouble !== null) throw this.trouble;
      if (clock.monotonicUs() > endUs) throw new Error('clients wait for an answer in vain');
      await nextTurn();
    }
  }
}

/** A visitor, or one of the connected. */
class Client implements ConnectionHandler {
  readonly #crowd: Crowd;
  readonly #connection: Connection;
  readonly #isVisitor: boolean;
  /** Since when each of its PINGs waits. */
  readonly #sinceUs: number[] = [];
  #isOver = false;

  constructor(crowd: Crowd, connection: Connection, isVisitor: boolean) {
    this.#crowd = crowd;
    this.#connection = connection;
    this.#isVisitor = isVisitor;
    if (isVisitor) this.#sinceUs.push(clock.monotonicUs());
  }

  ask(dueUs: number): void {
    this.#sinceUs.push(dueUs);
    this.#connection.write(PING, 0, PING.length);
  }

  opened(): void {
    if (this.#isVisitor) this.#connection.write(PING, 0, PING.length);
    else this.#crowd.connectedCount++;
  }

  received(bytes: Buffer, start: number, end: number): number {
    let at = start;
    for (; at + PONG.length <= end; at += PONG.length) {
      const since = this.#sinceUs.shift();
      if (since === undefined || PONG.compare(bytes, at, at + PONG.length) !== 0) {
        this.#fail(`a wrong answer: ${bytes.toString('latin1', at, end)}`);
        return end - start;
      }
      this.#answered(clock.monotonicUs() - since);
    }
    return at - start;
  }

  drained(): void {}

  ended(): void {
    this.#fail('closed by the server');
  }

  endedWhilePaused(): void {}

  closed(errno: number): void {
    if (!this.#isOver) this.#fail(errno === 0 ? 'closed' : getSystemErrorName(-errno));
  }

  #answered(us: number): void {
    if (!this.#isVisitor) {
      this.#crowd.pings.record(us);
      return;
    }
    this.#crowd.visits.record(us);
    this.#crowd.visiting--;
    this.#isOver = true;
    this.#connection.close(false);
  }

  #fail(what: string): void {
    this.#isOver = true;
    this.#crowd.trouble ??= new Error(`${this.#isVisitor ? 'a visitor' : 'a connected client'}: ${what}`);
  }
}
