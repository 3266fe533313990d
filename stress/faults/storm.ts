/**
 * Connection storms: all clients connect at once, SET and GET one key, leave, and come again in the next wave
 * once the last has left. One operation is one visit, from the first SYN to the last reply. A client counts
 * once, however often it comes: finished when all its visits were right.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SystemError } from '../../src/native/system-error.js';
import type { Connection } from '../../v2/reactor/connection.js';
import { CLIENTS_PER_SOURCE } from '../load/connector.js';
import { Crowd, type CrowdContext } from '../load/crowd.js';
import type { StormGroup } from '../load/groups.js';
import { INCOMPLETE, KeyValues, WRONG } from '../load/key-values.js';
import { LoadClient } from '../load/load-client.js';
import { describeReply } from '../load/reply-check.js';

const CONNECTS_PER_TURN = 64;
/** Waves take turns on this many source addresses: ports of the last ones are still in TIME_WAIT. */
const SOURCES = 32;

export class StormCrowd extends Crowd<Visit> {
  readonly values: KeyValues;
  readonly requests: Buffer;
  /** Number of the wave under way, from 1: the version of what its visits write. */
  wave = 0;
  /** Clients whose visits have all been right so far. */
  #isWell: boolean[];
  #visiting = 0;
  #isStopping = false;
  #isOver = false;

  constructor(context: CrowdContext, group: StormGroup, count: number, seed: number) {
    super(context, count);
    this.values = new KeyValues([{ bytes: group.valueBytes, weight: 1 }], seed);
    this.requests = Buffer.allocUnsafeSlow(2 * this.values.requestBytesMax);
    this.#isWell = new Array<boolean>(count).fill(true);
  }

  override get isSettled(): boolean {
    return this.#isOver;
  }

  /** They come with the storm. */
  override async connect(): Promise<void> {}

  begin(): void {
    void this.#startWave();
  }

  stop(): void {
    this.#isStopping = true;
  }

  numberOf(index: number): number {
    return this.context.firstClient + index;
  }

  protected create(connection: Connection, index: number): Visit {
    return new Visit(this, connection, index);
  }

  override opened(connectUs: number): void {
    if (this.wave === 1) this.tally.connected++;
    this.tally.connecting.record(connectUs);
  }

  override finished(): void {
    this.#left();
  }

  override lost(kind: string, example: string): void {
    this.tally.countError(kind, example);
    this.#left();
  }

  /** One of the client's visits went wrong. */
  spoil(index: number): void {
    this.#isWell[index] = false;
  }

  async #startWave(): Promise<void> {
    this.wave++;
    this.#visiting = this.count;
    for (let index = 0; index < this.count; index++) {
      this.#visit(index);
      if (index % CONNECTS_PER_TURN === CONNECTS_PER_TURN - 1) await nextTurn();
    }
  }

  #visit(index: number): void {
    const source = (this.wave % SOURCES) * CLIENTS_PER_SOURCE;
    try {
      this.connector.connect(source + (this.numberOf(index) % CLIENTS_PER_SOURCE), (connection) => {
        const visit = this.create(connection, index);
        this.clients[index] = visit;
        return visit;
      });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.clients[index] = null;
      this.spoil(index);
      this.lost(`connect: ${error.code}`, error.message);
    }
  }

  #left(): void {
    this.#visiting--;
    if (this.#visiting > 0) return;
    if (this.#isStopping || !this.#isWell.includes(true)) this.#end();
    else setImmediate(() => void this.#startWave());
  }

  #end(): void {
    this.#isOver = true;
    // Each client wrote one key, anew in each wave.
    this.tally.keysWritten += this.count;
    const well = this.#isWell.filter((isWell) => isWell).length;
    this.tally.finished += well;
    this.tally.lost += this.count - well;
  }
}

class Visit extends LoadClient {
  readonly #crowd: StormCrowd;
  readonly #version: number;
  #hasSet = false;

  constructor(
    crowd: StormCrowd,
    connection: Connection,
    readonly index: number,
  ) {
    super(crowd, connection);
    this.#crowd = crowd;
    this.#version = crowd.wave;
  }

  override opened(): void {
    super.opened();
    const { values, requests, tally } = this.#crowd;
    const number = this.#crowd.numberOf(this.index);
    const end = values.writeGet(number, 0, requests, values.writeSet(number, 0, this.#version, requests, 0));
    tally.requests++;
    this.connection.write(requests, 0, end);
  }

  received(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.isOpen) {
      const replyBytes = this.#check(bytes, at, end);
      if (replyBytes === INCOMPLETE) return at - start;
      if (replyBytes === WRONG) {
        const found = describeReply(bytes, at, end);
        this.fail(found.startsWith('-') ? 'error reply' : 'wrong value', found);
        return end - start;
      }
      at += replyBytes;
      if (this.#hasSet) this.#leave();
      this.#hasSet = true;
    }
    return end - start;
  }

  override fail(kind: string, example = ''): void {
    if (!this.isOver) this.#crowd.spoil(this.index);
    super.fail(kind, example);
  }

  #check(bytes: Buffer, at: number, end: number): number {
    const { values } = this.#crowd;
    if (!this.#hasSet) return values.checkSet(bytes, at, end);
    return values.checkGet(this.#crowd.numberOf(this.index), 0, this.#version, bytes, at, end);
  }

  #leave(): void {
    this.#crowd.tally.answered(this.startedUs, this.#crowd.clock.monotonicUs());
    this.finish();
  }
}
