/**
 * One stream socket in a reactor, accepted or connected: receives with a budget, sends or keeps what the
 * kernel doesn't take, and closes without losing either.
 *
 * Edge-triggered: the kernel says once that there is something to read. Until a receive comes back short
 * the connection remembers it in `mayRead`, and goes on in a later turn from the reactor's ready list.
 * Each turn gives each connection one receive of at most the receive buffer's size: that is the budget.
 *
 *     connecting ──► open ──► closing (sends what is pending) ──► over ──► closed, or lingering (reactor)
 *                     └──────────────── reset, close(true) ─────────┘
 *
 * The handler is told `closed` exactly once, after the batch of events in which the end came, never from
 * inside a call of its own.
 */
import { assert } from '../../src/base/assert.js';
import {
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  MSG_NOSIGNAL,
  SHUT_WR,
} from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import type { AddressCache, NativeBuffer } from '../../src/native/native-buffer.js';
import { EAGAIN, ECONNRESET, ENOMEM } from '../../src/native/system-error.js';
import { Backlog, type ChunkPool } from './backlog.js';
import type { ReactorCounters } from './counters.js';
import { Inbox } from './inbox.js';
import { socketName } from './socket-name.js';

/** What a connection's user is told. All calls come from the reactor's turn. */
export interface ConnectionHandler {
  /** The connection was accepted, or connecting succeeded. Nothing else but `closed` comes without it. */
  opened(): void;
  /**
   * Bytes arrived: [start, end), which begins with what earlier calls left over. Valid until it returns.
   * @returns bytes consumed; the connection keeps the rest and offers it again with what follows.
   */
  received(bytes: Buffer, start: number, end: number): number;
  /** `pendingBytes` fell to zero after having been above it. */
  drained(): void;
  /** The peer has sent its last byte, and it was received. We may still send. */
  ended(): void;
  /** The peer has sent its last byte, perhaps not yet received: reading is paused. May come repeatedly. */
  endedWhilePaused(): void;
  /** It is over; nothing works on it any more. @param errno why, 0 when it ended in order */
  closed(errno: number): void;
}

/** Makes the handler of a connection that was accepted or is connecting. `opened` follows. */
export type CreateHandler = (connection: Connection) => ConnectionHandler;

/** What a connection needs of its reactor. */
export interface ConnectionHost {
  readonly libc: Libc;
  readonly counters: ReactorCounters;
  readonly addresses: AddressCache;
  readonly chunks: ChunkPool;
  /** One for all: what lies in it is consumed or copied before the next receive. */
  readonly receiveBuffer: NativeBuffer;
  readonly pendingBytesPause: number;
  /** The connection whose handler is running: its writes go out at once, others' at the turn's end. */
  active: Connection | null;
  /** Calls `proceed` in a later turn. */
  proceedLater(connection: Connection): void;
  /** Calls `flush` at the end of this turn, or in the next. */
  flushLater(connection: Connection): void;
  /** Throws away what arrives for a connection that lingers. */
  discardInput(descriptor: number): void;
  /** Tells the handler at the end of this turn, or in the next, and closes the descriptor. */
  finish(connection: Connection): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const OVER = 3;

/**
 * With one of these the mere lack of a full buffer proves nothing: the peer's end, an error or the byte
 * after urgent data wait behind what was received.
 */
const READ_TO_THE_END = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI;

/**
 * An unfinished request that needs no more than this is put in front of the receive buffer, so that what
 * follows is received in large pieces; a larger one gets a buffer of its own and is received into that.
 */
const PREFIX_BYTES_MAX = 32 * 1024;

/** One flush gives one connection at most this much, whatever its reader takes. */
const FLUSH_BYTES_MAX = 1024 * 1024;

export class Connection {
  /** Set by the handler in `received`: offering it fewer bytes than this is useless. */
  bytesWanted = 0;
  /** Bytes written and not yet taken by the kernel. */
  pendingBytes = 0;
  /** Why it is over: errno, or 0. */
  errno = 0;
  /** On the reactor's lists. */
  isReadyListed = false;
  isFlushListed = false;

  readonly #host: ConnectionHost;
  readonly #libc: Libc;
  readonly #handler: ConnectionHandler;
  #state: number;
  #isPaused = false;
  #mayRead = false;
  #readToTheEnd = false;
  #peerEnded = false;
  #offersKept = false;
  #endsWhenDrained = false;
  #isOrderly = true;
  #inbox: Inbox | null = null;
  #backlog: Backlog | null = null;
  #peerAddress = '';
  #localAddress = '';

  constructor(
    host: ConnectionHost,
    createHandler: CreateHandler,
    readonly descriptor: number,
    /** Tells this connection's events from those of an earlier one with the same descriptor. */
    readonly generation: number,
    isConnecting: boolean,
  ) {
    this.#host = host;
    this.#libc = host.libc;
    this.#state = isConnecting ? CONNECTING : OPEN;
    this.#handler = createHandler(this);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The peer has sent its last byte, received or not. */
  get peerEnded(): boolean {
    return this.#peerEnded;
  }

  get isOver(): boolean {
    return this.#state === OVER;
  }

  /** `127.0.0.1:50000`, `[::1]:50000`, `/path/of.sock:0`; `?:0` when the kernel no longer knows. */
  get peerAddress(): string {
    if (this.#peerAddress === '' && !this.isOver) {
      this.#peerAddress = socketName(this.#libc, this.descriptor, 'peer');
    }
    return this.#peerAddress;
  }

  get localAddress(): string {
    if (this.#localAddress === '' && !this.isOver) {
      this.#localAddress = socketName(this.#libc, this.descriptor, 'local');
    }
    return this.#localAddress;
  }

  /**
   * Sends [start, end) or copies it, and keeps no view. Order is kept. Bytes written after `close` or
   * after the end are dropped. Never calls the handler.
   */
  write(bytes: Buffer, start: number, end: number): void {
    if (this.#state > OPEN || start === end) return;
    if (this.pendingBytes > 0 || this.#host.active !== this) {
      this.#append(bytes, start, end);
      this.#host.flushLater(this);
      return;
    }
    const address = this.#host.addresses.of(bytes, start, end);
    const sent = this.#libc.send(this.descriptor, address, end - start, MSG_NOSIGNAL);
    if (sent >= 0) {
      this.#host.counters.bytesSent += sent;
      // Taken in part: the socket is full, and EPOLLOUT comes when it isn't.
      if (sent < end - start) this.#append(bytes, start + sent, end);
    } else if (sent === -EAGAIN) {
      this.#append(bytes, start, end);
    } else {
      this.#over(-sent);
    }
  }

  /** Stops receiving; what was received and not consumed is kept. */
  pause(): void {
    this.#isPaused = true;
  }

  /** In a later turn offers what was kept, then receives. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#offerAgain();
  }

  /** Stops receiving, sends what is pending, then closes; `now` drops what is pending. */
  close(now: boolean): void {
    if (this.#state === OVER) return;
    this.#isOrderly = !now;
    if (now || this.pendingBytes === 0) {
      this.#over(0);
    } else {
      this.#state = CLOSING;
      this.#inbox = null;
    }
  }

  /** Sends what is pending, then tells the peer that no more comes. Receiving goes on. */
  end(): void {
    this.#endsWhenDrained = true;
    if (this.#state === OPEN && this.pendingBytes === 0) this.#libc.shutdown(this.descriptor, SHUT_WR);
  }

  // ── called by the reactor ────────────────────────────────────────────────────────────────────────

  open(): void {
    this.#host.active = this;
    this.#handler.opened();
    this.#host.active = null;
  }

  /** @param mask of epoll */
  handleEvents(mask: number): void {
    if (this.#state === OVER) {
      this.#host.discardInput(this.descriptor);
      return;
    }
    if (this.#state === CONNECTING) this.#connected(mask);
    if ((mask & EPOLLOUT) !== 0 && this.pendingBytes > 0) this.flush();
    if ((mask & (EPOLLIN | READ_TO_THE_END)) === 0 || this.#state === OVER) return;
    this.#mayRead = true;
    if ((mask & READ_TO_THE_END) !== 0) this.#sawEnd(mask);
    // What was kept is offered before more is received: perhaps only the end is left to receive.
    if (this.#state === OPEN && this.#isReading() && !this.#offersKept) this.#receive();
  }

  /** Goes on where the budget, a pause or a lack of room stopped it. */
  proceed(): void {
    if (this.#state !== OPEN) return;
    if (this.#offersKept) {
      this.#offersKept = false;
      const inbox = this.#inbox;
      if (inbox !== null && this.#isReading()) this.#offer(inbox.bytes, inbox.start, inbox.end);
    }
    if (this.#state === OPEN && this.#mayRead && this.#isReading()) this.#receive();
  }

  /** Gives the kernel what is pending. */
  flush(): void {
    if (this.#state === CONNECTING || this.pendingBytes === 0) return;
    const wasBackedUp = this.pendingBytes > this.#host.pendingBytesPause;
    if (!this.#sendBacklog()) return;
    if (wasBackedUp && this.pendingBytes <= this.#host.pendingBytesPause) this.#offerAgain();
    if (this.pendingBytes === 0) this.#drained();
  }

  /** Its descriptor doesn't work any more. */
  fail(errno: number): void {
    this.#over(errno);
  }

  notifyClosed(): void {
    this.#handler.closed(this.errno);
  }

  /** Whether closing the descriptor now could make the kernel drop replies that are on their way. */
  get needsLinger(): boolean {
    return this.errno === 0 && this.#isOrderly && (this.#mayRead || !this.#peerEnded);
  }

  // ── receiving ────────────────────────────────────────────────────────────────────────────────────

  #isReading(): boolean {
    return !this.#isPaused && this.pendingBytes <= this.#host.pendingBytesPause;
  }

  #offerAgain(): void {
    this.#offersKept = true;
    this.#host.proceedLater(this);
  }

  #connected(mask: number): void {
    const errno = (mask & (EPOLLERR | EPOLLHUP)) !== 0 ? this.#libc.socketError(this.descriptor) : 0;
    if (errno !== 0) {
      this.#over(errno);
    } else if ((mask & EPOLLOUT) !== 0) {
      this.#state = OPEN;
      this.open();
    }
  }

  #sawEnd(mask: number): void {
    this.#readToTheEnd = true;
    if ((mask & (EPOLLRDHUP | EPOLLHUP)) !== 0) this.#peerEnded = true;
    if ((mask & EPOLLERR) !== 0 && (this.#state === CLOSING || !this.#isReading())) {
      // Reset. Nobody is left to take what is pending, and no receive will say so.
      this.#over(this.#libc.socketError(this.descriptor) || ECONNRESET);
    } else if (this.#peerEnded && this.#isPaused && this.#state === OPEN) {
      this.#handler.endedWhilePaused();
    }
  }

  /** One receive. Without an unfinished request it goes to the buffer that all share. */
  #receive(): void {
    if (this.#inbox !== null) {
      this.#receiveMore(this.#inbox);
      return;
    }
    const { address, bytes } = this.#host.receiveBuffer;
    const count = this.#libc.recv(this.descriptor, address, bytes.length, 0);
    if (count > 0) {
      this.#account(count, bytes.length);
      this.#offer(bytes, 0, count);
      this.#afterReceive();
    } else {
      this.#receivedNothing(count);
    }
  }

  /** One receive that continues an unfinished request. */
  #receiveMore(inbox: Inbox): void {
    const held = inbox.heldBytes;
    if (held > PREFIX_BYTES_MAX || this.bytesWanted > PREFIX_BYTES_MAX) {
      this.#receiveInto(inbox);
      return;
    }
    const { address, bytes } = this.#host.receiveBuffer;
    const room = bytes.length - held;
    const count = this.#libc.recv(this.descriptor, address + held, room, 0);
    if (count <= 0) {
      this.#receivedNothing(count);
      return;
    }
    this.#account(count, room);
    if (held + count < this.bytesWanted) {
      inbox.append(bytes, held, held + count);
    } else {
      inbox.bytes.copy(bytes, 0, inbox.start, inbox.end);
      this.#offer(bytes, 0, held + count);
    }
    this.#afterReceive();
  }

  #receiveInto(inbox: Inbox): void {
    try {
      inbox.reserve(this.bytesWanted);
    } catch (error) {
      this.#outOfMemory(error);
      return;
    }
    const room = Math.min(inbox.roomBytes, this.#host.receiveBuffer.bytes.length);
    const count = this.#libc.recv(this.descriptor, inbox.roomAddress, room, 0);
    if (count <= 0) {
      this.#receivedNothing(count);
      return;
    }
    this.#account(count, room);
    inbox.end += count;
    if (inbox.heldBytes >= this.bytesWanted) this.#offer(inbox.bytes, inbox.start, inbox.end);
    this.#afterReceive();
  }

  /**
   * A receive that doesn't fill its buffer has emptied the socket, and what comes later is a new edge:
   * no second call is needed to hear EAGAIN. Source: epoll(7), "Do I need to continuously read…".
   */
  #account(count: number, room: number): void {
    this.#host.counters.bytesReceived += count;
    this.#mayRead = count === room || this.#readToTheEnd;
  }

  #afterReceive(): void {
    if (!this.#mayRead || this.#state !== OPEN) return;
    if (this.#isReading()) this.#host.proceedLater(this);
    else if (this.#peerEnded && this.#isPaused) this.#handler.endedWhilePaused();
  }

  #receivedNothing(count: number): void {
    this.#mayRead = false;
    if (count === 0) {
      this.#peerEnded = true;
      this.#handler.ended();
    } else if (count === -EAGAIN) {
      this.#readToTheEnd = false;
    } else {
      this.#over(-count);
    }
  }

  #offer(bytes: Buffer, start: number, end: number): void {
    this.#host.active = this;
    const consumed = this.#handler.received(bytes, start, end);
    this.#host.active = null;
    if (consumed === end - start) {
      if (this.#inbox !== null) {
        this.#inbox = null;
        this.bytesWanted = 0;
      }
    } else if (this.#state === OPEN) {
      assert(consumed >= 0 && consumed < end - start, 'a handler consumes what it was offered');
      this.#keep(bytes, start + consumed, end);
    }
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const inbox = this.#inbox;
    if (inbox !== null && inbox.bytes === bytes && end - start > PREFIX_BYTES_MAX) {
      inbox.start = start;
    } else {
      this.#inbox = new Inbox(this.#libc, bytes, start, end);
    }
  }

  // ── sending ──────────────────────────────────────────────────────────────────────────────────────

  #append(bytes: Buffer, start: number, end: number): void {
    try {
      this.#backlog ??= new Backlog(this.#host.chunks);
      this.#backlog.append(bytes, start, end);
      this.pendingBytes += end - start;
    } catch (error) {
      this.#outOfMemory(error);
    }
  }

  /** Without memory for what one connection wants, that connection ends, and nobody else. */
  #outOfMemory(error: unknown): void {
    if (!(error instanceof RangeError)) throw error;
    this.#over(ENOMEM);
  }

  /** @returns false when the connection failed */
  #sendBacklog(): boolean {
    const backlog = this.#backlog as Backlog;
    let budget = FLUSH_BYTES_MAX;
    while (this.pendingBytes > 0) {
      if (budget <= 0) {
        this.#host.flushLater(this);
        return true;
      }
      const length = Math.min(backlog.contiguousBytes, FLUSH_BYTES_MAX);
      const sent = this.#libc.send(this.descriptor, backlog.address, length, MSG_NOSIGNAL);
      if (sent === -EAGAIN) return true;
      if (sent < 0) {
        this.#over(-sent);
        return false;
      }
      this.#host.counters.bytesSent += sent;
      this.pendingBytes -= sent;
      budget -= sent;
      backlog.sent(sent);
      if (sent < length) return true;
    }
    this.#backlog = null;
    return true;
  }

  #drained(): void {
    if (this.#state === CLOSING) {
      this.#over(0);
      return;
    }
    if (this.#endsWhenDrained) this.#libc.shutdown(this.descriptor, SHUT_WR);
    this.#host.active = this;
    this.#handler.drained();
    this.#host.active = null;
  }

  #over(errno: number): void {
    if (this.#state === OVER) return;
    this.#state = OVER;
    this.errno = errno;
    this.#inbox = null;
    this.#backlog?.clear();
    this.#backlog = null;
    this.pendingBytes = 0;
    this.#host.finish(this);
  }
}
