/**
 * Takes snapshots of data of its own into nowhere, a little at a time, soon after the start, where data are to be kept: so
 * that the first one of a server's data finds its code compiled. V8 compiles in threads of its own, which hold commands up
 * where there is one core for all: four of them did for 10 to 14 ms when a snapshot began under load. Here turns are short
 * and rests are long, so that they come one at a time.
 */
import type { Clock } from '../../base/clock.js';
import { ENCODING_EMBSTR } from '../../engine/entry.js';
import { Keyspace } from '../../engine/keyspace.js';
import { DataTypes } from '../../engine/types/data-types.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import { Config } from '../config/config.js';
import { type SnapshotConsumer, Snapshots } from './snapshots.js';

export interface RehearsalHost {
  readonly clock: Clock;
  readonly context: { readonly encodingLimits: EncodingLimits };
}

/** After the start: whoever starts a server for a test is not to pay for it. */
const DELAY_MS = 1000;
const BUDGET_US = 250;
const REST_MS = 2;
/** Of one turn, where time stands still. */
const STEPS_MAX = 1000;
/** Of the thread's time in all: what V8 optimises after it hardly matters. */
const TOTAL_US = 150_000;

const STRINGS = 4000;
/** Beyond all limits of packed encodings. */
const ELEMENTS = 2000;

const KEY_BYTES = 8;
/** One behind the other, and their values, too: what makes no garbage doesn't let V8's heap grow. */
const KEYS = Buffer.from(
  Array.from({ length: STRINGS }, (_, index) => `${index}`.padStart(KEY_BYTES, 'k')).join(''),
);

const NOWHERE: SnapshotConsumer = { isCongested: false, write() {}, completed() {}, failed() {} };

export class Rehearsal {
  readonly #host: RehearsalHost;
  /** When there is more to do. */
  #dueUs: number;
  #work: Iterator<void, void> | null = null;
  #spentUs = 0;

  constructor(host: RehearsalHost) {
    this.#host = host;
    this.#dueUs = host.clock.monotonicUs() + DELAY_MS * 1000;
  }

  get hasBegun(): boolean {
    return this.#work !== null || this.#spentUs > 0;
  }

  /** @returns ms until there is more to do; Infinity: that was all */
  tick(): number {
    const { clock } = this.#host;
    const startUs = clock.monotonicUs();
    if (startUs < this.#dueUs) return (this.#dueUs - startUs) / 1000;
    if (this.#spentUs > TOTAL_US) return Number.POSITIVE_INFINITY;
    this.#work ??= this.#rehearse();
    let nowUs = startUs;
    for (let step = 0; step < STEPS_MAX && nowUs < startUs + BUDGET_US; step++) {
      this.#work.next();
      nowUs = clock.monotonicUs();
    }
    this.#spentUs += nowUs - startUs;
    if (this.#spentUs > TOTAL_US) this.#work = null;
    this.#dueUs = nowUs + REST_MS * 1000;
    return REST_MS;
  }

  /** Rests every few microseconds; there is no end to it. */
  *#rehearse(): Generator<void, void> {
    const { clock, context } = this.#host;
    const keyspace = new Keyspace({ clock, databaseCount: 1 });
    yield* this.#fill(keyspace);
    const snapshots = new Snapshots({
      clock,
      keyspace,
      config: new Config(),
      context,
      functions: null,
      hasten() {},
      sleep() {},
    });
    for (;;) {
      snapshots.begin(NOWHERE, []);
      for (let step = 0; snapshots.isBusy; step++) {
        snapshots.tick(0);
        this.#set(keyspace, (step * 7) % STRINGS);
        yield;
      }
    }
  }

  *#fill(keyspace: Keyspace): Generator<void, void> {
    const [db] = keyspace.databases;
    const { lists, hashes, sets, sortedSets } = new DataTypes(keyspace, this.#host.context.encodingLimits);
    for (let index = 0; index < STRINGS; index++) {
      this.#set(keyspace, index);
      yield;
    }
    const keyed = (name: string): [key: Buffer, start: number, end: number] => {
      const key = Buffer.from(name);
      return [key, 0, key.length];
    };
    const list = lists.create(db, ...keyed('list'));
    const hash = hashes.create(db, ...keyed('hash'));
    const first = Buffer.from('element');
    const set = sets.create(db, ...keyed('set'), ELEMENTS, first, 0, first.length);
    const sorted = sortedSets.create(db, ...keyed('zset'), ELEMENTS, first.length);
    hashes.expect(hash, ELEMENTS, 7, ELEMENTS * 20);
    for (let index = 0; index < ELEMENTS; index++) {
      const bytes = Buffer.from(`element ${index}`);
      const { length } = bytes;
      lists.expect(list, length, 1);
      lists.push(list, false, bytes, 0, length);
      hashes.set(hash, bytes, 0, length, bytes, 0, length);
      sets.add(set, bytes, 0, length);
      sortedSets.add(sorted, index / 2, 0, bytes, 0, length);
      yield;
    }
  }

  #set(keyspace: Keyspace, index: number): void {
    const start = index * KEY_BYTES;
    const end = start + KEY_BYTES;
    keyspace.databases[0].setString(KEYS, start, end, KEYS, start, end, ENCODING_EMBSTR, false);
  }
}
