/**
 * Publishers with a channel each, and their subscribers. One operation is one message delivered to one
 * subscriber, timed from when it was published (closed loop) or due (open loop). Every subscriber checks that
 * it gets each message, once, in order and whole; every publisher, that the server counts its subscribers.
 *
 *     clients:   channel 0: publisher, subscribers … │ channel 1: publisher, subscribers … │ …
 */
import type { Connection } from '../../v2/reactor/connection.js';
import { Crowd, type CrowdContext } from './crowd.js';
import { writeDigits } from './digits.js';
import type { PubsubGroup } from './groups.js';
import { LoadClient } from './load-client.js';
import { Pacer } from './pacer.js';
import { describeReply } from './reply-check.js';

const NUMBER_DIGITS = 8;
/** Messages of one channel that may be under way in an open loop; beyond, the publisher waits. */
const IN_FLIGHT_MAX = 64;

/** One publisher and those who listen to it. */
class Channel {
  readonly name: string;
  readonly subscribed: Buffer;
  /** The PUBLISH and the message as subscribers get it, but for the message's number. */
  readonly publish: Buffer;
  readonly message: Buffer;
  readonly accepted: Buffer;
  /** When each message under way was published or due, by its number modulo IN_FLIGHT_MAX. */
  readonly since = new Float64Array(IN_FLIGHT_MAX);
  published = 0;
  /** Deliveries still to come: of each message under way, and of all. */
  readonly remaining = new Uint32Array(IN_FLIGHT_MAX);
  pending = 0;
  publisher: Publisher | null = null;
  readonly subscribers: Subscriber[] = [];

  constructor(
    readonly index: number,
    group: PubsubGroup,
  ) {
    this.name = `channel:${String(index).padStart(6, '0')}`;
    const payload = `${'0'.repeat(NUMBER_DIGITS)}${'m'.repeat(Math.max(0, group.messageBytes - NUMBER_DIGITS))}`;
    const tail = `$${this.name.length}\r\n${this.name}\r\n$${payload.length}\r\n${payload}\r\n`;
    this.subscribed = Buffer.from(`*3\r\n$9\r\nsubscribe\r\n$${this.name.length}\r\n${this.name}\r\n:1\r\n`);
    this.publish = Buffer.from(`*3\r\n$7\r\nPUBLISH\r\n${tail}`);
    this.message = Buffer.from(`*3\r\n$7\r\nmessage\r\n${tail}`);
    this.accepted = Buffer.from(`:${group.subscribersPerChannel}\r\n`);
    this.#numberFromEnd = payload.length + 2;
  }

  readonly #numberFromEnd: number;

  /** The template with this message's number in it. */
  numbered(template: Buffer, number: number): Buffer {
    writeDigits(number, NUMBER_DIGITS, template, template.length - this.#numberFromEnd);
    return template;
  }
}

export class PubsubCrowd extends Crowd<PubsubClient> {
  readonly group: PubsubGroup;
  readonly channels: Channel[] = [];
  readonly pacer: Pacer | null;
  isStopping = false;
  #listening = 0;

  constructor(context: CrowdContext, group: PubsubGroup, count: number) {
    super(context, count);
    this.group = group;
    for (let index = 0; index < group.channels; index++) this.channels.push(new Channel(index, group));
    this.pacer = group.ratePerSecond === null ? null : new Pacer(group.channels, group.ratePerSecond);
  }

  protected create(connection: Connection, index: number): PubsubClient {
    const clientsPerChannel = 1 + this.group.subscribersPerChannel;
    const channel = this.channels[Math.floor(index / clientsPerChannel)];
    if (index % clientsPerChannel === 0) {
      channel.publisher = new Publisher(this, connection, channel);
      return channel.publisher;
    }
    const subscriber = new Subscriber(this, connection, channel);
    channel.subscribers.push(subscriber);
    return subscriber;
  }

  begin(): void {
    for (const channel of this.channels) {
      for (const subscriber of channel.subscribers) subscriber.subscribe();
    }
  }

  stop(): void {
    this.isStopping = true;
    for (const channel of this.channels) this.settle(channel);
  }

  /** A subscriber's confirmation came. Publishing begins with the last one. */
  listens(): void {
    this.#listening++;
    if (this.#listening < this.group.channels * this.group.subscribersPerChannel) return;
    const now = this.clock.monotonicUs();
    if (this.pacer === null) {
      for (const channel of this.channels) channel.publisher?.publishWhileDue(now);
    } else {
      this.pacer.start(now);
      setImmediate(this.#pace);
    }
  }

  /** After a delivery or a stop: what is there to do for this channel? */
  settle(channel: Channel): void {
    if (!this.isStopping) {
      channel.publisher?.publishWhileDue(this.clock.monotonicUs());
    } else if (channel.pending === 0 && !channel.publisher?.isWaiting) {
      channel.publisher?.finish();
      for (const subscriber of channel.subscribers) subscriber.finish();
    }
  }

  readonly #pace = (): void => {
    if (this.isStopping) return;
    const now = this.clock.monotonicUs();
    const pacer = this.pacer as Pacer;
    for (let index = pacer.nextDue(now); index >= 0; index = pacer.nextDue(now)) {
      const publisher = this.channels[index].publisher;
      if (publisher?.isFree) this.tally.lateness.record(now - pacer.dueUs(index));
      publisher?.publishWhileDue(now);
    }
    setImmediate(this.#pace);
  };
}

abstract class PubsubClient extends LoadClient {
  constructor(
    protected readonly own: PubsubCrowd,
    connection: Connection,
    protected readonly channel: Channel,
  ) {
    super(own, connection);
  }

  /** Compares what came with what has to come. @returns false when it is not yet whole, or wrong: then it has failed */
  protected meets(wanted: Buffer, bytes: Buffer, at: number, end: number): boolean {
    const length = Math.min(wanted.length, end - at);
    if (wanted.compare(bytes, at, at + length, 0, length) !== 0) {
      this.fail('wrong message', `${this.channel.name}: ${describeReply(bytes, at, end)}`);
      return false;
    }
    return length === wanted.length;
  }
}

class Publisher extends PubsubClient {
  #unconfirmed = 0;

  get isWaiting(): boolean {
    return this.#unconfirmed > 0;
  }

  /** Whether a message that falls due now can go now. */
  get isFree(): boolean {
    if (!this.isOpen) return false;
    const { pending, published, remaining } = this.channel;
    if (this.own.pacer === null) return pending === 0 && this.#unconfirmed === 0;
    return remaining[published % IN_FLIGHT_MAX] === 0 && this.#unconfirmed < IN_FLIGHT_MAX;
  }

  publishWhileDue(now: number): void {
    const { channel, own } = this;
    while (this.isFree) {
      const since = own.pacer === null ? now : own.pacer.take(channel.index, now);
      if (since > now) return;
      const number = channel.published++;
      channel.since[number % IN_FLIGHT_MAX] = since;
      channel.remaining[number % IN_FLIGHT_MAX] = own.group.subscribersPerChannel;
      channel.pending += own.group.subscribersPerChannel;
      this.#unconfirmed++;
      own.tally.requests += own.group.subscribersPerChannel;
      const bytes = channel.numbered(channel.publish, number);
      this.connection.write(bytes, 0, bytes.length);
    }
  }

  received(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.isOpen) {
      if (!this.meets(this.channel.accepted, bytes, at, end)) break;
      at += this.channel.accepted.length;
      this.#unconfirmed--;
    }
    this.own.settle(this.channel);
    return this.isOver ? end - start : at - start;
  }
}

class Subscriber extends PubsubClient {
  #isListening = false;
  #received = 0;

  subscribe(): void {
    const { name } = this.channel;
    const request = Buffer.from(`*2\r\n$9\r\nSUBSCRIBE\r\n$${name.length}\r\n${name}\r\n`);
    if (this.isOpen) this.connection.write(request, 0, request.length);
  }

  received(bytes: Buffer, start: number, end: number): number {
    const now = this.own.clock.monotonicUs();
    const { channel } = this;
    let at = start;
    while (at < end && this.isOpen) {
      const wanted = this.#isListening
        ? channel.numbered(channel.message, this.#received)
        : channel.subscribed;
      if (!this.meets(wanted, bytes, at, end)) break;
      at += wanted.length;
      if (this.#isListening) this.#take(now);
      else this.#listens();
    }
    return this.isOver ? end - start : at - start;
  }

  #listens(): void {
    this.#isListening = true;
    this.own.listens();
  }

  #take(now: number): void {
    const { channel, own } = this;
    const place = this.#received % IN_FLIGHT_MAX;
    own.tally.answered(channel.since[place], now);
    this.#received++;
    channel.remaining[place]--;
    channel.pending--;
    if (channel.pending === 0 || own.pacer !== null) own.settle(channel);
  }
}
