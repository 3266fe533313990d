/**
 * One accepted socket, seen from both sides: `converse` awaits its bytes and its room, the server writes
 * to it as a `Transport`. It knows no command.
 *
 * Bytes received lie in [start, end) of `inbox`. An empty inbox borrows the buffer that all connections receive in,
 * so that whole requests are run where they came; only what can't be run yet is copied. An idle connection holds no
 * buffer.
 *
 *     inbox   │ consumed │ start … end: offered, or waiting for the rest │ free │
 *
 * Replies to the connection being served go to the socket at once. What others cause it to be sent gathers
 * in `overflow` until the turn ends, and so does everything while the kernel has no room: a slow reader of
 * many small messages costs their bytes, not an object for each.
 */
import type { Socket } from 'node:net';
import type { BufferPool } from '../src/base/buffer-pool.js';
import { EMPTY_BYTES } from '../src/base/bytes.js';
import { clearTimeout, setTimeout } from '../src/base/timers.js';
import { READ_AHEAD_BYTES, type Transport } from '../src/server/frontend.js';
import { descriptorOf, type Handle, readInto, readNow, writeNow } from './handle.js';
import type { SendBuffer } from './send-buffer.js';

/** Up to this many bytes the inbox takes the size the server asks for at once; then it doubles. */
const INBOX_TRUSTED_BYTES = 1024 * 1024;

/** How long a closed connection waits for its peer to close too. */
export const LINGER_MS = 1000;
/** When the server ends, which waits for all of them. Nothing is lost to a peer that sends no more, however long it takes. */
export const LAST_LINGER_MS = 50;

const OVERFLOW_BYTES_MIN = 128;

/** What the connections of one frontend share. */
export interface ConnectionContext {
  readonly sendBuffer: SendBuffer;
  readonly receiveBuffer: Buffer;
  readonly inboxes: BufferPool<Buffer>;
  readonly pendingBytesPause: number;
  /** LINGER_MS, or LAST_LINGER_MS. */
  lingerMs: number;
  bytesReceived: number;
  bytesSent: number;
  /** The connection whose requests are being run. */
  active: Connection | null;
  /** Calls `settle` once this turn's events have been seen, or many of them. */
  settleLater(connection: Connection): void;
  /** The server has run what a connection brought. */
  served(): void;
}

export class Connection implements Transport {
  inbox: Buffer = EMPTY_BYTES;
  start = 0;
  end = 0;
  /** Bytes, from `start`, that the server needs before it can go on. */
  bytesWanted = 0;
  /** Bytes arrived, or the server resumed, since the inbox was last offered. */
  isFresh = false;
  isPaused = false;
  /** The peer sends no more. */
  inputEnded = false;
  /** The server asked to close once everything is sent. */
  isClosing = false;
  /** The socket is closed, both ways. */
  isGone = false;
  /** Runs what is in the inbox. Set while there is a session. */
  deliver: (() => void) | null = null;
  /** Called when pending bytes fell to zero. Set while there is a session to tell. */
  onDrained: (() => void) | null = null;

  readonly socket: Socket;
  readonly descriptor: number;
  #peerAddress: string | null = null;
  #localAddress: string | null = null;
  /** The kernel has no room: a write is under way and `overflow` gathers what follows. */
  #isCongested = false;
  #overflow: Buffer = EMPTY_BYTES;
  #overflowBytes = 0;
  #isReading = true;
  /** The inbox is from the pool, and not borrowed. */
  #ownsInbox = false;
  #wake: (() => void) | null = null;

  constructor(
    accepted: Handle | Socket,
    readonly context: ConnectionContext,
    /** Of a Unix socket, the path it was accepted on. */
    path: string | null,
  ) {
    if (path !== null) {
      this.#peerAddress = `${path}:0`;
      this.#localAddress = this.#peerAddress;
    }
    const socket = readInto(accepted, context.receiveBuffer, (count, bytes) => this.#received(bytes, count));
    this.socket = socket;
    this.descriptor = descriptorOf(socket);
    socket.on('end', () => {
      this.inputEnded = true;
      this.#changed();
    });
    // A reset or a broken pipe is how clients leave; 'close' always follows.
    socket.on('error', ignore);
    socket.on('close', () => {
      this.isGone = true;
      this.#overflow = EMPTY_BYTES;
      this.#overflowBytes = 0;
      this.#changed();
    });
  }

  /** Resolves at the next event: bytes, room, resume, the peer's end. One waiter at a time. */
  change(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }

  /** The client is so far behind in taking its replies that it gets no more of them. */
  get isBackedUp(): boolean {
    return this.#isCongested && this.pendingBytes > this.context.pendingBytesPause;
  }

  /** Something for the server to look at, and nothing in the way. */
  get hasWork(): boolean {
    return this.isFresh && !this.isPaused && !this.isClosing && !this.isBackedUp;
  }

  get peerAddress(): string {
    this.#peerAddress ??= formatAddress(this.socket.remoteAddress, this.socket.remotePort);
    return this.#peerAddress;
  }

  get localAddress(): string {
    this.#localAddress ??= formatAddress(this.socket.localAddress, this.socket.localPort);
    return this.#localAddress;
  }

  get pendingBytes(): number {
    return this.#overflowBytes + (this.#isCongested ? this.socket.writableLength : 0);
  }

  get keptInput(): this {
    return this;
  }

  get heldBytes(): number {
    return this.end - this.start;
  }

  get roomBytes(): number {
    return this.inbox === this.context.receiveBuffer ? 0 : this.inbox.length - this.end;
  }

  write(bytes: Buffer, start: number, end: number): void {
    if (this.isGone || this.socket.destroyed) return;
    this.context.bytesSent += end - start;
    if (this.context.active !== this || this.#overflowBytes > 0 || this.#isCongested) {
      if (this.#overflowBytes === 0 && !this.#isCongested) this.context.settleLater(this);
      this.#append(bytes, start, end);
    } else {
      this.#send(bytes, start, end);
    }
  }

  setNoDelay(isOn: boolean): void {
    this.socket.setNoDelay(isOn);
  }

  /** Sends what gathered in this turn, and goes on where it was told to in the middle of something. */
  settle(): void {
    if (this.#overflowBytes > 0 && !this.#isCongested) this.#roomAgain();
    else this.#changed();
  }

  /** Reads and serves what has come, while no event can tell of it. @param buffer free again on return */
  takeArrived(buffer: Buffer): void {
    if (!this.#isAttentive || this.deliver === null) return;
    let count: number;
    try {
      count = readNow(this.descriptor, buffer);
    } catch {
      // The event loop won't be told a second time.
      this.socket.destroy();
      return;
    }
    if (count > 0) this.#received(buffer, count);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.isFresh = true;
    this.bytesWanted = 0;
    // The server is in the middle of something now.
    this.context.settleLater(this);
  }

  /** What is left of the inbox will be run in a later turn. */
  offerAgain(): void {
    this.isFresh = true;
    this.context.settleLater(this);
  }

  close(now: boolean): void {
    this.isClosing = true;
    if (now) this.socket.destroy();
    else this.context.settleLater(this);
  }

  /**
   * Says goodbye: no more is sent, and what the peer still sends is thrown away until it has seen that,
   * because closing a socket with unread input makes the kernel drop the replies on their way.
   */
  async finish(): Promise<void> {
    this.isClosing = true;
    this.consume(this.end - this.start);
    if (this.isGone || this.socket.destroyed) return;
    // The kernel drops nothing when all that the peer sends has been read.
    if (this.inputEnded) this.socket.destroy();
    else await this.#linger();
    while (!this.isGone) await this.change();
  }

  async #linger(): Promise<void> {
    this.readOn();
    this.socket.end();
    const patience = setTimeout(() => this.socket.destroy(), this.context.lingerMs);
    while (!this.isGone) await this.change();
    clearTimeout(patience);
  }

  /** Lets the socket read again after it was stopped for read-ahead. */
  readOn(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.socket.resume();
  }

  /** Forgets the first `count` bytes of the inbox, which nobody reads any more. */
  consume(count: number): void {
    this.start += count;
    if (this.start !== this.end) return;
    if (this.#ownsInbox) this.context.inboxes.give(this.inbox, this.inbox.length);
    this.#ownsInbox = false;
    this.inbox = EMPTY_BYTES;
    this.start = 0;
    this.end = 0;
  }

  /**
   * Makes room in the inbox for a request of `bytesWanted` bytes and for `count` more bytes at least. Where that
   * is little, room doubles: a request of many arguments wants only the next few bytes, time and again.
   */
  #reserve(bytesWanted: number, count: number): void {
    const held = this.end - this.start;
    const needed = held + count;
    const trusted = Math.max(INBOX_TRUSTED_BYTES, needed * 2);
    const wanted = bytesWanted > needed + (needed >>> 2) ? bytesWanted : needed * 2;
    const grown = this.context.inboxes.take(Math.max(needed, Math.min(wanted, trusted)));
    this.inbox.copy(grown, 0, this.start, this.end);
    // The smaller one isn't given back: somebody up the stack may still read it.
    this.inbox = grown;
    this.#ownsInbox = true;
    this.start = 0;
    this.end = held;
  }

  /** Whatever comes can be run, and the replies to it go at once. */
  get #isAttentive(): boolean {
    if (this.descriptor < 0 || this.isGone || this.socket.destroyed || !this.#isReading) return false;
    return !this.isPaused && !this.isClosing && !this.#isCongested && this.#overflowBytes === 0;
  }

  /**
   * @param bytes with `count` bytes at their start; not ours any more after return
   * @returns true: the socket goes on reading, until it is paused
   */
  #received(bytes: Buffer, count: number): true {
    this.context.bytesReceived += count;
    if (this.isClosing) return true;
    if (this.end === 0) {
      this.inbox = bytes;
      this.end = count;
    } else {
      if (this.inbox.length - this.end < count) this.#reserve(this.bytesWanted, count);
      bytes.copy(this.inbox, this.end, 0, count);
      this.end += count;
    }
    this.isFresh = true;
    // Waking the waiter for each chunk would cost 1.5 µs at 8,000 connections, whose promises live through
    // scavenge after scavenge. So what it would do first is done here, and it waits on for what is rare.
    if (this.hasWork && this.deliver !== null) this.deliver();
    if (this.isFresh) this.#hold();
    if (this.inbox === bytes) this.#reserve(this.bytesWanted, 0);
    return true;
  }

  /** Bytes that can't be run now wait for an event that wakes the waiter; so many are read ahead. */
  #hold(): void {
    if (!this.#isReading || this.end - this.start < READ_AHEAD_BYTES) return;
    this.#isReading = false;
    this.socket.pause();
  }

  #changed(): void {
    const wake = this.#wake;
    if (wake === null) return;
    this.#wake = null;
    wake();
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const needed = this.#overflowBytes + end - start;
    if (needed > this.#overflow.length) {
      const grown = Buffer.allocUnsafe(Math.max(OVERFLOW_BYTES_MIN, needed, this.#overflow.length * 2));
      this.#overflow.copy(grown, 0, 0, this.#overflowBytes);
      this.#overflow = grown;
    }
    bytes.copy(this.#overflow, this.#overflowBytes, start, end);
    this.#overflowBytes = needed;
  }

  /** Nothing may be pending. */
  #send(bytes: Buffer, start: number, end: number): void {
    const from = start + this.#sendNow(bytes, start, end);
    if (from < end && !this.context.sendBuffer.send(this.socket, bytes, from, end)) this.#awaitRoom();
  }

  /** @returns how many bytes the kernel took */
  #sendNow(bytes: Buffer, start: number, end: number): number {
    return this.descriptor < 0 ? 0 : writeNow(this.descriptor, bytes, start, end);
  }

  /** An empty write is called back when everything before it is with the kernel. */
  #awaitRoom(): void {
    this.#isCongested = true;
    this.socket.write(EMPTY_BYTES, () => this.#roomAgain());
  }

  /** Nothing is under way: what gathered goes next, or else nothing is pending any more. */
  #roomAgain(): void {
    if (this.isGone || this.socket.destroyed) return;
    this.#isCongested = false;
    if (this.#overflowBytes > 0) {
      const overflow = this.#overflow;
      const count = this.#overflowBytes;
      this.#overflow = EMPTY_BYTES;
      this.#overflowBytes = 0;
      const sent = this.#sendNow(overflow, 0, count);
      if (sent < count && !this.context.sendBuffer.sendOwned(this.socket, overflow, sent, count)) {
        this.#awaitRoom();
      }
    }
    if (!this.#isCongested) this.onDrained?.();
    this.#changed();
  }
}

function ignore(): void {}

/** `host:port`, an IPv6 host in brackets, as CLIENT LIST shows it. */
function formatAddress(host: string | undefined, port: number | undefined): string {
  if (host === undefined || port === undefined) return '?:0';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
