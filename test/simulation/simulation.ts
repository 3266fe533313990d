/**
 * An episode: a server and clients in a simulated network, in virtual time, all by one seed. After everything that
 * happens, what the server wrote to each connection has to be, byte for byte, what the model says.
 *
 * Nothing in here may depend on real time, on addresses, or on the order of anything that isn't fixed: a seed that
 * fails fails again.
 */
import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import { allCommands } from '../../src/commands/all.js';
import { Config } from '../../src/server/config/config.js';
import { JanusServer } from '../../src/server/server.js';
import { Dice } from '../support/dice.js';
import { encodeRequest } from '../support/words.js';
import { type Breakage, type Canary, NOTHING_BROKEN, plant } from './canary.js';
import { EventQueue } from './event-queue.js';
import { Model, ModelSession } from './model/model.js';
import { Script } from './requests.js';
import { type ConnectionHost, SimulatedConnection } from './simulated-connection.js';

const REQUEST_TIMEOUT_SECONDS = 30;
const EVENTS_MIN = 15_000;
/** Enough for most of them to say something, and to be gone and come back. */
const EVENTS_PER_CLIENT = 15;
const FIRST_PORT = 10_000;
const RECENT_COUNT = 6;
const SHOWN_CHARACTERS = 300;
const BROKEN_REQUEST = '*1\r\n$abc\r\n';

export interface EpisodeOptions {
  readonly seed: number;
  readonly canary?: Canary;
}

export interface EpisodeResult {
  readonly requests: number;
  readonly connections: number;
  readonly virtualMs: number;
  /** Of all bytes that went to clients: equal in every replay. */
  readonly digest: number;
}

export function runEpisode(options: EpisodeOptions): EpisodeResult {
  return new Episode(options).run();
}

class Episode implements ConnectionHost {
  readonly server: JanusServer;
  readonly breakage: Breakage;
  readonly #dice: Dice;
  readonly #clock = new ManualClock();
  readonly #model = new Model();
  readonly #queue = new EventQueue();
  readonly #eventsMax: number;
  readonly #clientsMax: number;
  readonly #thinkMs: number;
  readonly #live = new Set<SimulatedConnection>();
  /** Whom the server wrote to or closed, or the model expects something for, since the last comparison. */
  readonly #touched = new Set<SimulatedConnection>();
  readonly #connectionOf = new Map<ModelSession, SimulatedConnection>();
  #tickAtMs = 0;
  #events = 0;
  #requests = 0;
  #connections = 0;
  #digest = 0;

  constructor({ seed, canary }: EpisodeOptions) {
    const dice = new Dice(seed);
    this.#dice = dice;
    this.#clientsMax = dice.pick([3, 30, 300, 3000]);
    this.#eventsMax = EVENTS_MIN + this.#clientsMax * EVENTS_PER_CLIENT;
    this.#thinkMs = dice.pick([2, 20, 500]);
    this.server = new JanusServer({
      declarations: allCommands,
      config: new Config({ save: '', 'request-timeout': String(REQUEST_TIMEOUT_SECONDS) }),
      clock: this.#clock,
      seed,
      hashSeed: [seed, seed],
      hasten: (delayMs) => {
        this.#tickAtMs = Math.min(this.#tickAtMs, this.nowMs + Math.max(0, Math.ceil(delayMs)));
      },
      internalError: (error) => {
        throw error;
      },
    });
    this.breakage = canary === undefined ? NOTHING_BROKEN : plant(canary, this.server, new Dice(seed));
  }

  /** Virtual time: the monotonic clock. */
  get nowMs(): number {
    return this.#clock.monotonicUs() / 1000;
  }

  run(): EpisodeResult {
    for (let count = 0; count < this.#clientsMax; count++) {
      this.#at(this.#dice.between(0, this.#thinkMs * 4), () => this.#connect());
    }
    this.#disturb();
    while (this.#events < this.#eventsMax) this.#step();
    for (const connection of [...this.#live]) connection.vanish();
    this.#tick();
    this.#assertNothingLeft();
    return {
      requests: this.#requests,
      connections: this.#connections,
      virtualMs: this.nowMs,
      digest: this.#digest,
    };
  }

  // ── what connections tell ────────────────────────────────────────────────────────────────────────

  later(_connection: SimulatedConnection, work: () => void): void {
    this.#after(this.#dice.between(0, 1), work);
  }

  wrote(connection: SimulatedConnection): void {
    this.#touched.add(connection);
    this.#after(this.#dice.between(0, 20), () => this.#read(connection));
  }

  consumed(connection: SimulatedConnection, count: number): void {
    this.#syncModel();
    connection.consumedBytes += count;
    const { requests, model } = connection;
    while (requests.length > 0 && requests[0].end <= connection.consumedBytes && !model.isClosing) {
      const { words } = requests[0];
      requests.shift();
      this.#requests++;
      if (connection.recent.push(words) > RECENT_COUNT) connection.recent.shift();
      if (words !== null) this.#model.run(model, words);
      else this.#model.refuse(model);
    }
    this.#touched.add(connection);
    this.settle();
  }

  settle(): void {
    for (const session of this.#model.touched) {
      const connection = this.#connectionOf.get(session);
      if (connection !== undefined) this.#touched.add(connection);
    }
    this.#model.touched.clear();
    for (const connection of this.#touched) this.#compare(connection);
    this.#touched.clear();
  }

  gone(connection: SimulatedConnection): void {
    this.#live.delete(connection);
    this.#connectionOf.delete(connection.model);
    this.#model.forget(connection.model);
    this.settle();
    if (this.#events < this.#eventsMax) {
      this.#after(this.#dice.between(0, this.#thinkMs * 4), () => this.#connect());
    }
  }

  #compare(connection: SimulatedConnection): void {
    const { model, written } = connection;
    if (connection.isOver) return;
    if (written !== model.expected) {
      assert.fail(
        `${connection.name}, at ${this.nowMs} ms, event ${this.#events}\n` +
          `  wrote     ${shown(written)}\n  expected  ${shown(model.expected)}\n` +
          connection.recent
            .map((words) => `  ran       ${shown(words?.join(' ') ?? BROKEN_REQUEST)}`)
            .join('\n'),
      );
    }
    for (let at = 0; at < written.length; at++) {
      this.#digest = (Math.imul(this.#digest, 31) + written.charCodeAt(at)) | 0;
    }
    connection.written = '';
    model.expected = '';
    if (connection.isDropped) {
      this.#assertMayDrop(connection);
      this.#model.forget(model);
    } else assert.equal(connection.isClosing, model.isClosing, `${connection.name} is to be closed`);
  }

  /** The server closes at once only who takes too long for a request. */
  #assertMayDrop({ name, partialSinceMs }: SimulatedConnection): void {
    const isLate = partialSinceMs >= 0 && this.nowMs - partialSinceMs > REQUEST_TIMEOUT_SECONDS * 1000;
    assert.ok(isLate, `${name} was dropped at ${this.nowMs} ms for no reason`);
  }

  // ── what happens ─────────────────────────────────────────────────────────────────────────────────

  #step(): void {
    this.#events++;
    const nextMs = Math.min(this.#queue.nextMs, this.#tickAtMs);
    if (nextMs > this.nowMs) this.#clock.advance(nextMs - this.nowMs);
    if (this.#tickAtMs <= this.nowMs) this.#tick();
    else this.#queue.take()?.happen();
  }

  #tick(): void {
    this.#tickAtMs = Number.POSITIVE_INFINITY;
    const delayMs = this.server.tick();
    this.#tickAtMs = Math.min(this.#tickAtMs, this.nowMs + Math.max(0, Math.ceil(delayMs)));
    this.#syncModel();
    this.#model.tick();
    this.settle();
  }

  #syncModel(): void {
    this.#model.monotonicMs = this.nowMs;
    this.#model.keys.nowMs = this.#clock.wallMs();
  }

  /** Now and then the whole machine stands still, or somebody sets its clock. */
  #disturb(): void {
    const dice = this.#dice;
    this.#after(dice.between(1, this.#thinkMs * 50), () => {
      if (dice.oneIn(3)) {
        // What has ended is gone for good, wherever the clock goes: on both sides.
        while (this.server.tick() === 0);
        this.#syncModel();
        this.#model.keys.removeEnded();
        this.#clock.jump(dice.pick([-60_000, -1000, -1, 1, 5000, 3_600_000]));
        // The server learns of it at its next tick, and so does the model.
        this.#tick();
      } else {
        this.#clock.advance(dice.pick([1, 100, 10_000]));
      }
      this.#disturb();
    });
  }

  #connect(): void {
    const dice = this.#dice;
    const resp = dice.pick([2, 3] as const);
    const model = new ModelSession(resp);
    const windowBytes = dice.pick([200, 4000, 1_000_000]);
    const name = `127.0.0.1:${FIRST_PORT + this.#connections++}`;
    const connection = new SimulatedConnection(name, model, new Script(dice, resp), windowBytes, dice, this);
    const session = this.server.open(connection);
    assert.ok(session !== null, 'there is room for another client');
    session.resp = resp;
    connection.session = session;
    this.#live.add(connection);
    this.#connectionOf.set(model, connection);
    this.#act(connection);
  }

  /** The client says something, or leaves in one of many ways. */
  #act(connection: SimulatedConnection): void {
    const dice = this.#dice;
    if (connection.isOver || connection.inputEnded) return;
    switch (dice.between(1, 60)) {
      case 1:
        connection.vanish();
        return;
      case 2:
        this.#send(connection, [['QUIT']]);
        return;
      case 3:
        this.#send(connection, [['PING'], null]);
        return;
      case 4:
        this.#sendHalf(connection);
        return;
      case 5:
        this.#at(connection.lastArrivalMs + dice.between(0, 5), () => connection.endInput());
        return;
    }
    this.#send(connection, connection.script.next());
    this.#at(connection.lastArrivalMs + dice.between(0, this.#thinkMs), () => this.#act(connection));
  }

  /** Requests, all in one piece or in many, each after some time. @param requests null breaks the protocol */
  #send(connection: SimulatedConnection, requests: readonly (readonly string[] | null)[]): void {
    const encoded = requests.map((words) => {
      const bytes = words === null ? Buffer.from(BROKEN_REQUEST) : encodeRequest(words);
      connection.sentBytes += bytes.length;
      connection.requests.push({ words, end: connection.sentBytes });
      return bytes;
    });
    this.#pieces(connection, Buffer.concat(encoded));
  }

  /** The beginning of a request whose rest never comes. */
  #sendHalf(connection: SimulatedConnection): void {
    const bytes = encodeRequest(['SET', 'half', 'of a request']);
    const half = bytes.subarray(0, this.#dice.between(1, bytes.length - 1));
    connection.sentBytes += half.length;
    this.#pieces(connection, half);
    const patienceMs = this.#dice.between(0, REQUEST_TIMEOUT_SECONDS * 2000);
    this.#at(connection.lastArrivalMs + patienceMs, () => connection.vanish());
  }

  #pieces(connection: SimulatedConnection, bytes: Buffer): void {
    const dice = this.#dice;
    let at = 0;
    while (at < bytes.length) {
      const length = dice.oneIn(3) ? dice.between(1, 40) : dice.between(40, 20_000);
      const end = Math.min(bytes.length, at + length);
      const piece = Buffer.from(bytes.subarray(at, end));
      at = end;
      const delayMs = dice.oneIn(20) ? dice.between(0, 200) : 0;
      connection.lastArrivalMs = Math.max(connection.lastArrivalMs, this.nowMs) + delayMs;
      this.#at(connection.lastArrivalMs, () => connection.arrive(piece));
    }
  }

  #read(connection: SimulatedConnection): void {
    if (connection.isOver) return;
    const dice = this.#dice;
    connection.read(dice.oneIn(3) ? dice.between(1, 500) : 1_000_000);
    // Somebody who never came back for the rest would keep its connection for ever.
    if (connection.pendingBytes > 0) {
      this.#after(dice.oneIn(10) ? 2000 : dice.between(1, 50), () => this.#read(connection));
    }
  }

  #assertNothingLeft(): void {
    const { sessions, blocking, pubsub } = this.server;
    assert.equal(sessions.size, 0, 'sessions are left when every connection is gone');
    assert.equal(blocking.count, 0, 'clients wait that are gone');
    assert.equal(blocking.keyCount, 0, 'keys are waited for by nobody');
    assert.equal(pubsub.channelCount('channel'), 0, 'channels are left without listeners');
    assert.equal(this.server.internalErrors, 0, 'internal errors');
  }

  #at(atMs: number, happen: () => void): void {
    this.#queue.add(Math.max(atMs, this.nowMs), happen);
  }

  #after(delayMs: number, happen: () => void): void {
    this.#queue.add(this.nowMs + delayMs, happen);
  }
}

function shown(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? ` … (${text.length} bytes)` : '';
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS)) + cut;
}
