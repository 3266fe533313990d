/**
 * Clients that SET and GET keys of their own. Each key's first request writes it; after that reads and
 * writes are drawn at random; at the end each key is read back. Replies are compared byte for byte with what the last write stored, in the
 * order of the connection, so a pipeline is checked as exactly as single requests.
 *
 * What is in flight lies in typed arrays, `pipeline` slots per client, used as a ring:
 *
 *     keys[slot], versions[slot]: what the reply must be (WRITE for a SET)    since[slot]: sent or due, µs
 */
import type { Connection } from '../../v2/reactor/connection.js';
import { Crowd, type CrowdContext } from './crowd.js';
import type { KeyValueGroup } from './groups.js';
import { INCOMPLETE, KeyValues, WRONG } from './key-values.js';
import { LoadClient } from './load-client.js';
import { Pacer } from './pacer.js';
import { describeReply, ReplySampler } from './reply-check.js';

/** In `versions`: the request is a SET, its reply `+OK`. Versions start at 1. */
const WRITE = 0;

export class KeyValueCrowd extends Crowd<KeyValueClient> {
  readonly group: KeyValueGroup;
  readonly values: KeyValues;
  readonly sampler = new ReplySampler();
  readonly pacer: Pacer | null;
  /** Last version written, by client and key; 0 for none. */
  readonly written: Uint32Array;
  readonly keys: Uint32Array;
  readonly versions: Uint32Array;
  readonly since: Float64Array;
  readonly requests: Buffer;
  isStopping = false;

  constructor(context: CrowdContext, group: KeyValueGroup, count: number, seed: number) {
    super(context, count);
    this.group = group;
    this.values = new KeyValues(group.valueSizes, seed);
    this.written = new Uint32Array(count * group.keysPerClient);
    this.keys = new Uint32Array(count * group.pipeline);
    this.versions = new Uint32Array(count * group.pipeline);
    this.since = new Float64Array(count * group.pipeline);
    this.requests = Buffer.allocUnsafeSlow(group.pipeline * this.values.requestBytesMax);
    const rate = group.ratePerSecond;
    this.pacer = rate === null ? null : new Pacer(count, (rate * count) / group.clients);
  }

  protected create(connection: Connection, index: number): KeyValueClient {
    return new KeyValueClient(this, connection, index, this.context.firstClient + index);
  }

  begin(): void {
    const now = this.clock.monotonicUs();
    if (this.pacer === null) {
      for (const client of this.clients) client?.refill(now);
    } else {
      this.pacer.start(now);
      setImmediate(this.#pace);
    }
  }

  stop(): void {
    this.isStopping = true;
    for (const client of this.clients) {
      client?.readBack();
      if (client !== null && this.pacer !== null) this.#countOverdue(client, this.pacer);
    }
  }

  /** Sends what is due, each turn of the loop: a timer's millisecond would send in bursts. */
  readonly #pace = (): void => {
    if (this.isStopping) return;
    const now = this.clock.monotonicUs();
    const pacer = this.pacer as Pacer;
    for (let index = pacer.nextDue(now); index >= 0; index = pacer.nextDue(now)) {
      const client = this.clients[index];
      if (client?.isFree) this.tally.lateness.record(now - pacer.dueUs(index));
      client?.refill(now);
    }
    setImmediate(this.#pace);
  };

  /** What was due and never sent has waited until now, at least. */
  #countOverdue(client: KeyValueClient, pacer: Pacer): void {
    const { tally } = this;
    for (let due = pacer.dueUs(client.index); due < tally.windowEndUs; due = pacer.dueUs(client.index)) {
      pacer.take(client.index, due);
      if (due < tally.windowStartUs) continue;
      tally.unsent++;
      tally.latency.record(tally.windowEndUs - due);
    }
  }

  /** Writes the client's next request of the load. @returns the offset after it */
  writeRequest(client: KeyValueClient, slot: number, to: Buffer, at: number): number {
    const { keysPerClient, readPercent } = this.group;
    if (client.keysWritten < keysPerClient) {
      this.tally.keysWritten++;
      return this.#writeSet(client, slot, client.keysWritten++, to, at);
    }
    const key = this.random.below(keysPerClient);
    return this.random.below(100) < readPercent
      ? this.writeGet(client, slot, key, to, at)
      : this.#writeSet(client, slot, key, to, at);
  }

  writeGet(client: KeyValueClient, slot: number, key: number, to: Buffer, at: number): number {
    this.tally.requests++;
    this.keys[slot] = key;
    this.versions[slot] = this.written[client.index * this.group.keysPerClient + key];
    return this.values.writeGet(client.number, key, to, at);
  }

  #writeSet(client: KeyValueClient, slot: number, key: number, to: Buffer, at: number): number {
    this.tally.requests++;
    this.keys[slot] = key;
    this.versions[slot] = WRITE;
    const version = ++this.written[client.index * this.group.keysPerClient + key];
    return this.values.writeSet(client.number, key, version, to, at);
  }

  /** @returns the reply's length, INCOMPLETE or WRONG */
  check(client: KeyValueClient, slot: number, bytes: Buffer, start: number, end: number): number {
    const version = this.versions[slot];
    return version === WRITE
      ? this.values.checkSet(bytes, start, end)
      : this.values.checkGet(client.number, this.keys[slot], version, bytes, start, end);
  }

  /** Bytes of the reply that is wanted in this slot. */
  replyBytes(client: KeyValueClient, slot: number): number {
    const version = this.versions[slot];
    return version === WRITE ? 1 : this.values.getReplyBytes(client.number, this.keys[slot], version);
  }

  describeWanted(client: KeyValueClient, slot: number): string {
    const version = this.versions[slot];
    const key = `client ${client.number} key ${this.keys[slot]}`;
    return version === WRITE ? `SET of ${key}` : `GET of ${key} at version ${version}`;
  }
}

class KeyValueClient extends LoadClient {
  /** Of its keys, those that hold a value, and those that were read back at the end. */
  keysWritten = 0;
  #keysReadBack = 0;
  readonly #crowd: KeyValueCrowd;
  readonly #depth: number;
  /** The ring's oldest slot, from 0, and how many are in flight. */
  #oldest = 0;
  #inFlight = 0;

  constructor(
    crowd: KeyValueCrowd,
    connection: Connection,
    /** Within this process' crowd, and among all clients of the load. */
    readonly index: number,
    readonly number: number,
  ) {
    super(crowd, connection);
    this.#crowd = crowd;
    this.#depth = crowd.group.pipeline;
  }

  /** Whether a request that falls due now can go now. */
  get isFree(): boolean {
    return this.isOpen && this.#inFlight < this.#depth;
  }

  received(bytes: Buffer, start: number, end: number): number {
    const crowd = this.#crowd;
    const now = crowd.clock.monotonicUs();
    let at = start;
    while (at < end) {
      if (this.#inFlight === 0) {
        this.fail('a reply nobody asked for', describeReply(bytes, at, end));
        return end - start;
      }
      const slot = this.index * this.#depth + this.#oldest;
      const replyBytes = crowd.check(this, slot, bytes, at, end);
      if (replyBytes === INCOMPLETE) {
        this.connection.bytesWanted = crowd.replyBytes(this, slot);
        break;
      }
      if (replyBytes === WRONG || !crowd.sampler.agrees(bytes, at, at + replyBytes)) {
        this.#failAt(slot, bytes, at, end);
        return end - start;
      }
      at += replyBytes;
      this.#oldest = this.#oldest + 1 === this.#depth ? 0 : this.#oldest + 1;
      this.#inFlight--;
      crowd.tally.answered(crowd.since[slot], now);
    }
    if (crowd.isStopping) this.readBack();
    else this.refill(now);
    return at - start;
  }

  /** Sends as many requests as the loop allows now, in one write. */
  refill(now: number): void {
    if (!this.isOpen) return;
    const crowd = this.#crowd;
    let at = 0;
    while (this.#inFlight < this.#depth) {
      const since = crowd.pacer === null ? now : crowd.pacer.take(this.index, now);
      if (since > now) break;
      at = crowd.writeRequest(this, this.#takeSlot(since), crowd.requests, at);
    }
    if (at > 0) this.connection.write(crowd.requests, 0, at);
  }

  /** After the load: what was written last has to be there, whether the load read it again or not. */
  readBack(): void {
    if (!this.isOpen) return;
    const crowd = this.#crowd;
    const now = crowd.clock.monotonicUs();
    let at = 0;
    while (this.#inFlight < this.#depth && this.#keysReadBack < this.keysWritten) {
      at = crowd.writeGet(this, this.#takeSlot(now), this.#keysReadBack++, crowd.requests, at);
    }
    if (at > 0) this.connection.write(crowd.requests, 0, at);
    else if (this.#inFlight === 0) this.finish();
  }

  /** The ring's next free slot, for a request that was sent or due at `since`. */
  #takeSlot(since: number): number {
    let place = this.#oldest + this.#inFlight;
    if (place >= this.#depth) place -= this.#depth;
    this.#inFlight++;
    const slot = this.index * this.#depth + place;
    this.#crowd.since[slot] = since;
    return slot;
  }

  #failAt(slot: number, bytes: Buffer, at: number, end: number): void {
    const found = describeReply(bytes, at, end);
    const kind = found.startsWith('-') ? `error reply: ${found.slice(1).split(' ')[0]}` : 'wrong value';
    this.fail(kind, `${this.#crowd.describeWanted(this, slot)} answered ${found}`);
  }
}
