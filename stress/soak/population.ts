/**
 * The soak's clients: so many are there at once, do errands at a steady rate, leave in all sorts of ways and are
 * followed by others. It counts what the server should have counted too.
 *
 *     own:PLACE:BIRTH   a client's own key, without a time to live; it goes with the client
 *     e:NUMBER          an errand's key, gone some seconds later
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.js';
import type { Random } from '../../src/base/random.js';
import type { Connector } from '../load/connector.js';
import { Histogram } from '../load/histogram.js';
import { Batch } from './batch.js';
import { SoakClient, type SoakHost } from './client.js';
import { randomErrand } from './errands.js';
import { sayFarewell } from './farewells.js';
import { PAIR_ERRANDS } from './pairs.js';
import { bulk, integer, OK, ThereUntil } from './replies.js';

const TURN_MS = 5;
const CONNECTS_PER_TURN = 64;
const SETTLE_POLL_MS = 10;
const SETTLE_DEADLINE_MS = 10_000;
/** Places searched for a client that has nothing to do. */
const FREE_ATTEMPTS = 16;
/** Keys with a time to live that are looked at again. */
const REMEMBERED_MAX = 10_000;
const EXAMPLES_MAX = 5;

/** Out of 16 errands, the rest being alone on a key of their own. */
const PAIRS_SHARE = 1;
const OWN_KEY_SHARE = 3;
const LOOK_AGAIN_SHARE = 2;

export interface PopulationSettings {
  readonly clients: number;
  readonly commandsPerSecond: number;
  readonly leavesPerSecond: number;
  readonly keyLifeMs: number;
}

export class Population implements SoakHost {
  latency = new Histogram();
  replies = 0;
  /** Commands that were sent and not answered yet. */
  commands = 0;
  /** Connections ever opened. */
  connections = 0;
  open = 0;
  readonly failures = new Map<string, number>();
  readonly examples: string[] = [];

  readonly #connector: Connector;
  readonly #random: Random;
  readonly #settings: PopulationSettings;
  readonly #clients: (SoakClient | null)[];
  /** How many have been at each place. */
  readonly #births: Int32Array;
  readonly #expiring: { key: string; deadlineMs: number }[] = [];
  #errands = 0;
  #departures = 0;
  #connecting = 0;
  #startUs = 0;
  #pausedUs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    readonly clock: Clock,
    connector: Connector,
    random: Random,
    settings: PopulationSettings,
  ) {
    this.#connector = connector;
    this.#random = random;
    this.#settings = settings;
    this.#clients = new Array<SoakClient | null>(settings.clients).fill(null);
    this.#births = new Int32Array(settings.clients);
  }

  get departures(): number {
    return this.#departures;
  }

  async connectAll(): Promise<void> {
    for (let place = 0; place < this.#clients.length; place++) {
      this.#connect(place);
      if (place % CONNECTS_PER_TURN === CONNECTS_PER_TURN - 1) await nextTurn();
    }
    await this.#until(() => this.#connecting === 0, 60_000);
  }

  begin(): void {
    this.#startUs = this.clock.monotonicUs();
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  /** Acts while nobody comes, goes or waits, so that what the server counts can be compared. */
  async inSilence<T>(act: () => Promise<T>): Promise<T> {
    const sinceUs = this.clock.monotonicUs();
    this.#stopTurns();
    await this.settle();
    try {
      return await act();
    } finally {
      this.#pausedUs += this.clock.monotonicUs() - sinceUs;
      this.#timer = setInterval(() => this.#turn(), TURN_MS);
    }
  }

  /** Ends the load and reads every client's own key back. @returns how many there are */
  async end(): Promise<number> {
    this.#stopTurns();
    await this.settle();
    const nowUs = this.clock.monotonicUs();
    let ownKeys = 0;
    for (const client of this.#clients) {
      if (client === null || !client.isOpen || client.version === 0) continue;
      ownKeys++;
      this.#send(client, new Batch().call(this.#ownValue(client), 'GET', this.#ownKey(client)), nowUs);
      if (ownKeys % CONNECTS_PER_TURN === 0) await nextTurn();
    }
    await this.settle();
    return ownKeys;
  }

  async leaveAll(): Promise<void> {
    for (const client of this.#clients) client?.finish();
    await this.#until(() => this.open === 0, 10_000);
  }

  /** Until every client is there and has its replies; one that hasn't after a while has failed. */
  async settle(): Promise<void> {
    const there = (): (SoakClient | null)[] => this.#clients.filter((client) => client?.isOver === false);
    const isSettled = (): boolean => {
      const clients = there();
      return this.open === clients.length && clients.every((client) => client?.isFree);
    };
    if (await this.#until(isSettled, SETTLE_DEADLINE_MS)) return;
    for (const client of there()) {
      if (client?.isFree === false) client.fail(client.isOpen ? 'no reply in time' : 'connect: no answer');
    }
  }

  // ── told by its clients ──────────────────────────────────────────────────────────────────────────

  opened(): void {
    this.#connecting--;
    this.open++;
  }

  finished(): void {
    this.open--;
  }

  lost(kind: string, example: string, wasConnecting: boolean): void {
    if (wasConnecting) this.#connecting--;
    else this.open--;
    if (!this.failures.has(kind) && this.examples.length < EXAMPLES_MAX)
      this.examples.push(`${kind}: ${example}`);
    this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1);
  }

  // ── its turns ────────────────────────────────────────────────────────────────────────────────────

  #turn(): void {
    const nowUs = this.clock.monotonicUs();
    const { commandsPerSecond, leavesPerSecond } = this.#settings;
    const seconds = (nowUs - this.#startUs - this.#pausedUs) / 1e6;
    while (this.#departures < Math.floor(seconds * leavesPerSecond)) if (!this.#replaceOne()) break;
    while (this.commands < seconds * commandsPerSecond) {
      const dueUs = this.#startUs + this.#pausedUs + (this.commands / commandsPerSecond) * 1e6;
      if (!this.#oneErrand(dueUs)) break;
    }
  }

  #oneErrand(dueUs: number): boolean {
    const client = this.#someoneFree(null);
    if (client === null) return false;
    const kind = this.#random.below(16);
    if (kind < PAIRS_SHARE) this.#pairErrand(client, dueUs);
    else if (kind < PAIRS_SHARE + OWN_KEY_SHARE) this.#ownErrand(client, dueUs);
    else if (kind < PAIRS_SHARE + OWN_KEY_SHARE + LOOK_AGAIN_SHARE) this.#lookAgain(client, dueUs);
    else this.#soloErrand(client, dueUs);
    return true;
  }

  #soloErrand(client: SoakClient, dueUs: number): void {
    const batch = new Batch();
    const key = this.#nextKey();
    const lifeMs = 1 + this.#random.below(this.#settings.keyLifeMs);
    const expiresAtMs = this.clock.wallMs() + BATCH_MS + lifeMs;
    randomErrand(this.#random)({ batch, random: this.#random, key, expiresAtMs });
    this.#send(client, batch, dueUs, () => this.#remember(key, expiresAtMs));
  }

  #pairErrand(first: SoakClient, dueUs: number): void {
    const second = this.#someoneFree(first);
    if (second === null) return;
    const errand = PAIR_ERRANDS[this.#random.below(PAIR_ERRANDS.length)];
    const nowUs = (): number => this.clock.monotonicUs();
    this.commands += errand({ first, second, key: this.#nextKey(), dueUs, nowUs });
  }

  #ownErrand(client: SoakClient, dueUs: number): void {
    const batch = new Batch();
    if (client.version > 0) batch.call(this.#ownValue(client), 'GET', this.#ownKey(client));
    client.version++;
    const key = this.#ownKey(client);
    batch.call(OK, 'SET', key, this.#ownText(client)).call(this.#ownValue(client), 'GET', key);
    this.#send(client, batch, dueUs);
  }

  #lookAgain(client: SoakClient, dueUs: number): void {
    if (this.#expiring.length === 0) {
      this.#ownErrand(client, dueUs);
      return;
    }
    const { key, deadlineMs } = this.#expiring[this.#random.below(this.#expiring.length)];
    this.#send(client, new Batch().call(new ThereUntil(deadlineMs, this.clock.wallMs), 'EXISTS', key), dueUs);
  }

  #remember(key: string, deadlineMs: number): void {
    const item = { key, deadlineMs };
    if (this.#expiring.length < REMEMBERED_MAX) this.#expiring.push(item);
    else this.#expiring[this.#random.below(REMEMBERED_MAX)] = item;
  }

  /** One leaves, its own key with it, and another comes. */
  #replaceOne(): boolean {
    const client = this.#someoneFree(null);
    if (client === null) return false;
    const number = this.#departures++;
    client.hasErrand = true;
    const go = (): void => {
      sayFarewell(client, number, this.#ownKey(client), this.#nextKey());
      this.#connect(client.place);
    };
    if (client.version === 0) go();
    else
      this.#send(
        client,
        new Batch().call(integer(1), 'DEL', this.#ownKey(client)),
        this.clock.monotonicUs(),
        go,
      );
    return true;
  }

  #send(client: SoakClient, batch: Batch, sinceUs: number, done: (() => void) | null = null): void {
    this.commands += batch.wanted.length;
    client.send(batch, sinceUs, done);
  }

  #connect(place: number): void {
    this.#connecting++;
    this.connections++;
    this.#births[place]++;
    this.#connector.connect(place, (connection) => {
      const client = new SoakClient(this, connection, place);
      this.#clients[place] = client;
      return client;
    });
  }

  #someoneFree(not: SoakClient | null): SoakClient | null {
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) {
      const client = this.#clients[this.#random.below(this.#clients.length)];
      if (client !== null && client !== not && client.isFree) return client;
    }
    return null;
  }

  #nextKey(): string {
    return `e:${this.#errands++}`;
  }

  #ownKey({ place }: SoakClient): string {
    return `own:${place}:${this.#births[place]}`;
  }

  /** Of another length with each version, from some bytes to 2 KB. */
  #ownText({ place, version }: SoakClient): string {
    return `${place}/${version}/`.padEnd(16 + ((place * 31 + version * 97) % 2048), 'v');
  }

  #ownValue(client: SoakClient): string {
    return bulk(this.#ownText(client));
  }

  #stopTurns(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #until(isSo: () => boolean, deadlineMs: number): Promise<boolean> {
    const endUs = this.clock.monotonicUs() + deadlineMs * 1000;
    while (!isSo()) {
      if (this.clock.monotonicUs() > endUs) return false;
      await sleep(SETTLE_POLL_MS);
    }
    return true;
  }
}

/** An errand's key lives longer than its batch takes, or its last commands would find nothing. */
const BATCH_MS = 5_000;
