/**
 * A client of the soak: it sends batches, checks every reply, and leaves in one of the ways in which clients
 * leave. Losing it in any other way fails the soak.
 */
import type { Connection } from '../../v2/reactor/connection.js';
import type { Histogram } from '../load/histogram.js';
import { INCOMPLETE, WRONG } from '../load/key-values.js';
import { type ClientHost, LoadClient } from '../load/load-client.js';
import { describeReply } from '../load/reply-check.js';
import type { Batch } from './batch.js';
import type { Wanted } from './replies.js';

/** Who hears of replies. */
export interface SoakHost extends ClientHost {
  /** Of the commands, since the last sample. */
  readonly latency: Histogram;
  replies: number;
}

/** A reply under way. */
interface Awaited {
  readonly wanted: Wanted;
  readonly sinceUs: number;
  /** Called with the last reply of its batch. */
  readonly done: (() => void) | null;
}

export class SoakClient extends LoadClient {
  /** Of its own key: what was written last; 0 when nothing was. */
  version = 0;
  readonly #host: SoakHost;
  #awaited: Awaited[] = [];
  /** Of the oldest reply under way. */
  #head = 0;
  #hasErrand = false;
  #isLeaving = false;

  constructor(
    host: SoakHost,
    connection: Connection,
    /** Its place among the clients that are there at once. */
    readonly place: number,
  ) {
    super(host, connection);
    this.#host = host;
  }

  get isFree(): boolean {
    return this.isOpen && !this.#hasErrand && !this.#isLeaving && this.isAnswered;
  }

  get isAnswered(): boolean {
    return this.#head === this.#awaited.length;
  }

  /** Taken for an errand of several batches, or given back. */
  set hasErrand(value: boolean) {
    this.#hasErrand = value;
  }

  /** @param sinceUs when the batch was due: latencies count from then */
  send(batch: Batch, sinceUs: number, done: (() => void) | null = null): void {
    if (!this.isOpen) return;
    const last = batch.wanted.length - 1;
    for (const [index, wanted] of batch.wanted.entries()) {
      this.#awaited.push({ wanted, sinceUs, done: index === last ? done : null });
    }
    const bytes = batch.toBytes();
    this.connection.write(bytes, 0, bytes.length);
  }

  /** A reply that will come because of what another client does. */
  expect(wanted: Wanted, sinceUs: number, done: (() => void) | null): void {
    this.#awaited.push({ wanted, sinceUs, done });
  }

  /** Says something last and is gone, whatever comes back. */
  leave(lastWords: Batch): void {
    const bytes = lastWords.toBytes();
    if (bytes.length > 0) this.connection.write(bytes, 0, bytes.length);
    this.finish();
  }

  /** Says something last and goes when the server hangs up. */
  leaveWhenTold(lastWords: Batch): void {
    this.send(lastWords, this.host.clock.monotonicUs());
    this.#isLeaving = true;
  }

  override closed(errno: number): void {
    if (this.#isLeaving && this.isAnswered) this.finish();
    else super.closed(errno);
  }

  received(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.isOpen) {
      if (this.isAnswered) {
        this.fail('a reply nobody asked for', describeReply(bytes, at, end));
        return end - start;
      }
      const { wanted, sinceUs, done } = this.#awaited[this.#head];
      const replyBytes = wanted.match(bytes, at, end);
      if (replyBytes === INCOMPLETE) {
        this.connection.bytesWanted = wanted.bytesWanted;
        break;
      }
      if (replyBytes === WRONG) {
        this.fail('wrong reply', `${describeReply(bytes, at, end)} instead of ${wanted.describe()}`);
        return end - start;
      }
      at += replyBytes;
      this.#head++;
      if (this.isAnswered) {
        this.#awaited = [];
        this.#head = 0;
      }
      this.#host.replies++;
      this.#host.latency.record(this.#host.clock.monotonicUs() - sinceUs);
      done?.();
    }
    return at - start;
  }
}
