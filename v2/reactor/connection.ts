/**
 * One stream socket in a reactor, accepted or connected: receives with a budget, sends or keeps what the
 * kernel doesn't take, and closes without losing either.
 *
 * Unless told otherwise (interest.ts) it is edge-triggered: the kernel says once that there is something to
 * read. Until a receive comes back short the receiver remembers it in `mayRead`, and the connection goes on in
 * a later turn, from the reactor's ready list. Each turn gives each connection one receive of at most the
 * receive buffer's size: that is the budget.
 *
 *     connecting ──► open ──► closing (sends what is pending) ──► over ──► closed, or lingering (reactor)
 *                     └──────────────── reset, close(true) ─────────┘
 *
 * The handler is told `closed` exactly once, after the batch of events in which the end came, never from
 * inside a call of its own.
 */
import { assert } from '../../src/base/assert.js';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../../src/native/constants.js';
import { EAGAIN, ECONNRESET } from '../../src/native/system-error.js';
import type { ConnectionHandler, CreateHandler } from './connection-handler.js';
import type { ConnectionHost } from './connection-host.js';
import { CLOSING, CONNECTING, OPEN, OVER } from './connection-states.js';
import type { Inbox } from './inbox.js';
import { EDGE_EVENTS, Interest, READ_TO_THE_END } from './interest.js';
import { setNoDelay } from './no-delay.js';
import type { Pipe } from './pipe.js';
import { type Diversion, Receiver } from './receiver.js';
import { FLUSH_BYTES_MAX, Sender } from './sender.js';
import { SocketNames } from './socket-name.js';

export class Connection {
  // What every receive reads comes first, so that it shares cache lines: it is elsewhere for each connection.
  #state: number;
  /** What the kernel is asked to say; null: edge-triggered, asked once and for all. */
  readonly #interest: Interest | null;
  #isPaused = false;
  #offersKept = false;
  readonly #handler: ConnectionHandler;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #host: ConnectionHost;
  readonly #names: SocketNames;
  #endsWhenDrained = false;
  #isOrderly = true;
  /** Why it is over: errno, or 0. */
  errno = 0;
  /** On the reactor's lists. */
  isReadyListed = false;
  isFlushListed = false;
  /** Set by a handler that pauses for long: up to this many bytes are read while paused, so that the peer's end isn't hidden behind them. */
  readAheadBytes = 0;
  /** Set by a listener that knows the peer is on this machine. */
  isLocal = false;

  constructor(
    host: ConnectionHost,
    createHandler: CreateHandler,
    readonly descriptor: number,
    /** Tells this connection's events from those of an earlier one with the same descriptor. */
    readonly generation: number,
    isConnecting: boolean,
  ) {
    this.#host = host;
    this.#state = isConnecting ? CONNECTING : OPEN;
    this.#receiver = new Receiver(host, descriptor);
    this.#sender = new Sender(host, descriptor);
    this.#names = new SocketNames(host.libc, descriptor);
    this.#interest =
      host.trigger === 'edge' ? null : new Interest(host.epoll, descriptor, generation, host.trigger);
    this.#handler = createHandler(this);
  }

  /** Set by the handler in `received`: offering it fewer bytes than this, with what it left, is useless. */
  set bytesWanted(count: number) {
    this.#receiver.bytesWanted = count;
  }

  /** Bytes written and not yet taken by the kernel. */
  get pendingBytes(): number {
    return this.#sender.pendingBytes;
  }

  get keptInput(): Inbox | null {
    return this.#receiver.inbox;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The peer has sent its last byte, received or not. */
  get peerEnded(): boolean {
    return this.#receiver.peerEnded;
  }

  get isOver(): boolean {
    return this.#state === OVER;
  }

  /** `127.0.0.1:50000`, `[::1]:50000`, `/path/of.sock:0`; `?:0` when the kernel no longer knows. */
  get peerAddress(): string {
    return this.#names.peer(this.isOver);
  }

  get localAddress(): string {
    return this.#names.local(this.isOver);
  }

  /**
   * Sends [start, end) or copies it, and keeps no view. Order is kept. Bytes written after `close` or
   * after the end are dropped. Never calls the handler.
   */
  write(bytes: Buffer, start: number, end: number): void {
    if (this.#host.active === this) this.writeNow(bytes, start, end);
    else this.#write(bytes, start, end, false);
  }

  /** As `write`, from elsewhere, of bytes that were gathered already: nothing is gained by waiting for the turn's end. */
  writeNow(bytes: Buffer, start: number, end: number): void {
    this.#write(bytes, start, end, this.#state === OPEN);
  }

  #write(bytes: Buffer, start: number, end: number, now: boolean): void {
    if (this.#state > OPEN || start === end) return;
    let result: number;
    if (now && this.pendingBytes === 0) {
      result = this.#sender.send(bytes, start, end);
    } else {
      const isOpen = this.#state === OPEN;
      result = isOpen ? this.#sender.keepForTurn(bytes, start, end) : this.#sender.keep(bytes, start, end);
      this.#host.flushLater(this);
    }
    if (result < 0) this.over(-result);
  }

  /** As `write`, but sends now, from wherever it is called: for those who have all that this turn brings. */
  writeAtOnce(bytes: Buffer, start: number, end: number): void {
    const { active } = this.#host;
    this.#host.active = this;
    this.write(bytes, start, end);
    this.#host.active = active;
    this.#askAgain();
  }

  /** As `writeAtOnce`, of what `pipe` holds, while nothing is pending. What isn't taken stays in it for now. */
  sendFrom(pipe: Pipe): void {
    if (this.#state > OPEN) return;
    assert(this.pendingBytes === 0, 'nothing is before it');
    const result = this.#sender.sendFrom(pipe);
    if (result < 0) this.over(-result);
    else this.#askAgain();
  }

  setNoDelay(isOn: boolean): void {
    setNoDelay(this.#host.libc, this.descriptor, isOn);
  }

  /** What arrives from now on goes there and not to the handler; null: to the handler again. */
  divert(diversion: Diversion | null): void {
    this.#receiver.divert(diversion);
  }

  /** Stops receiving; what was received and not consumed is kept. */
  pause(): void {
    this.#isPaused = true;
    this.#askAgain();
  }

  /** In a later turn offers what was kept, then receives. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#offerLater();
  }

  /** The handler has taken its time: what it is about to leave is offered again in a later turn. */
  offerAgain(): void {
    this.#host.isLate = true;
    this.#offerLater();
  }

  /** Stops receiving, sends what is pending, then closes; `now` drops what is pending. */
  close(now: boolean): void {
    if (this.#state === OVER) return;
    this.#isOrderly = !now;
    if (now) this.#sender.hangUp();
    if (now || this.pendingBytes === 0) {
      this.over(0);
    } else {
      this.#state = CLOSING;
      this.#receiver.drop();
      this.#askAgain();
    }
  }

  /** Sends what is pending, then tells the peer that no more comes. Receiving goes on. */
  end(): void {
    this.#endsWhenDrained = true;
    if (this.#state === OPEN && this.pendingBytes === 0) this.#sender.end();
  }

  // ── called by the reactor ────────────────────────────────────────────────────────────────────────

  /** Puts it into the epoll set. @returns 0, or -errno */
  watch(): number {
    if (this.#interest !== null) return this.#interest.begin(this.#state === CONNECTING);
    return this.#host.epoll.add(this.descriptor, this.generation, EDGE_EVENTS);
  }

  open(): void {
    this.#host.active = this;
    this.#handler.opened();
    this.#host.active = null;
  }

  /** Reads what `handleEvents` is going to read, for the cache alone. @returns anything */
  preload(): number {
    return this.#receiver.preload() ^ this.#sender.pendingBytes ^ (this.#handler.preload?.() ?? 0);
  }

  /** @param mask of epoll */
  handleEvents(mask: number): void {
    if (this.#interest !== null) this.#interest.heard();
    this.#handle(mask);
    this.#askAgain();
  }

  #handle(mask: number): void {
    if (this.#state === OVER) {
      this.#host.discardInput(this.descriptor);
      return;
    }
    if (this.#state === CONNECTING) this.#connected(mask);
    if ((mask & EPOLLOUT) !== 0 && this.pendingBytes > 0) this.#flush();
    if ((mask & (EPOLLIN | READ_TO_THE_END)) === 0 || this.#state === OVER) return;
    this.#receiver.mayRead = true;
    if ((mask & READ_TO_THE_END) !== 0) this.#sawEnd(mask);
    // What was kept is offered before more is received: perhaps only the end is left to receive.
    if (this.#state !== OPEN) return;
    if (this.#readsAhead()) this.#readAhead();
    else if (this.#isReading() && !this.#offersKept) this.#receive();
  }

  /** Goes on where the budget, a pause or a lack of room stopped it. */
  proceed(): void {
    if (this.#state !== OPEN) return;
    if (this.#offersKept) {
      this.#offersKept = false;
      if (this.#isReading()) {
        this.#host.active = this;
        this.#receiver.offerAgain(this.#handler);
        this.#host.active = null;
      }
    }
    // While the handler wants the rest in a later turn, nothing that follows is received.
    if (this.#state === OPEN && !this.#offersKept) {
      if (this.#receiver.mayRead && this.#isReading()) this.#receive();
      else if (this.peerEnded && this.#isPaused) this.#handler.endedWhilePaused();
    }
    this.#askAgain();
  }

  /** Gives the kernel what is pending. */
  flush(): void {
    this.#flush();
    this.#askAgain();
  }

  #flush(): void {
    if (this.#state === CONNECTING || this.pendingBytes === 0) return;
    const wasBackedUp = this.pendingBytes > this.#host.pendingBytesPause;
    const sent = this.#sender.flush();
    if (sent < 0) {
      this.over(-sent);
      return;
    }
    if (sent === FLUSH_BYTES_MAX) this.#host.flushLater(this);
    if (wasBackedUp && this.pendingBytes <= this.#host.pendingBytesPause) this.#offerLater();
    if (this.pendingBytes === 0) this.#drained();
  }

  notifyClosed(): void {
    this.#handler.closed(this.errno);
  }

  /** Whether closing the descriptor now could make the kernel drop replies that are on their way. */
  get needsLinger(): boolean {
    return this.errno === 0 && this.#isOrderly && (this.#receiver.mayRead || !this.peerEnded);
  }

  // ── receiving ────────────────────────────────────────────────────────────────────────────────────

  #isReading(): boolean {
    return !this.#isPaused && this.pendingBytes <= this.#host.pendingBytesPause;
  }

  #offerLater(): void {
    this.#offersKept = true;
    this.#host.proceedLater(this);
  }

  #connected(mask: number): void {
    const errno = (mask & (EPOLLERR | EPOLLHUP)) !== 0 ? this.#host.libc.socketError(this.descriptor) : 0;
    if (errno !== 0) {
      this.over(errno);
    } else if ((mask & EPOLLOUT) !== 0) {
      this.#state = OPEN;
      this.open();
    }
  }

  #sawEnd(mask: number): void {
    this.#receiver.readsToTheEnd = true;
    if ((mask & (EPOLLRDHUP | EPOLLHUP)) !== 0) this.#receiver.peerEnded = true;
    if ((mask & EPOLLERR) !== 0 && (this.#state === CLOSING || !this.#isReading())) {
      // Reset. Nobody is left to take what is pending, and no receive will say so.
      this.over(this.#host.libc.socketError(this.descriptor) || ECONNRESET);
    } else if (this.peerEnded && this.#isPaused && this.#state === OPEN) {
      this.#handler.endedWhilePaused();
    }
  }

  /** One receive: the budget of a turn. Who may have more waits for the next. */
  #receive(): void {
    this.#host.active = this;
    const count = this.#receiver.receive(this.#handler);
    this.#host.active = null;
    if (this.#state !== OPEN) return;
    if (count > 0) {
      if (this.#receiver.mayRead) this.#receivedInPart();
    } else if (count === 0) {
      this.#handler.ended();
    } else if (count !== -EAGAIN) {
      this.over(-count);
    }
  }

  #readsAhead(): boolean {
    return this.#isPaused && !this.peerEnded && this.#receiver.heldBytes < this.readAheadBytes;
  }

  /** Its kernel holds the peer's end back while ours acknowledges nothing: it does when something is read, or 40 ms later. */
  #readAhead(): void {
    const count = this.#receiver.readAhead(this.readAheadBytes);
    if (count === 0) {
      // For the receive that shows it to the handler, when it reads again.
      this.#receiver.mayRead = true;
      this.#handler.endedWhilePaused();
    } else if (count < 0 && count !== -EAGAIN) {
      this.over(-count);
    }
  }

  #receivedInPart(): void {
    if (this.#isReading()) this.#host.proceedLater(this);
    else if (this.peerEnded && this.#isPaused) this.#handler.endedWhilePaused();
  }

  #drained(): void {
    if (this.#state === CLOSING) {
      this.over(0);
      return;
    }
    if (this.#endsWhenDrained) this.#sender.end();
    this.#host.active = this;
    this.#handler.drained();
    this.#host.active = null;
  }

  /** @param errno what its descriptor failed with, or 0 */
  over(errno: number): void {
    if (this.#state === OVER) return;
    this.#state = OVER;
    this.errno = errno;
    this.#receiver.drop();
    this.#sender.drop();
    this.#askAgain();
    this.#host.finish(this);
  }

  // ── asking ───────────────────────────────────────────────────────────────────────────────────────

  /** Asks for what it wants to hear of now. */
  #askAgain(): void {
    if (this.#interest === null) return;
    const result = this.#interest.ask(this.#wantsInput(), this.peerEnded, this.#wantsRoom());
    if (result < 0) this.over(-result);
  }

  #wantsInput(): boolean {
    // Over, it may linger: what arrives is thrown away.
    if (this.#state === OVER || this.#state === CONNECTING) return true;
    if (this.#state === CLOSING || !(this.#isReading() || this.#readsAhead())) return false;
    // After the end nothing more comes, but the end itself has to be received.
    return !this.peerEnded || this.#receiver.mayRead;
  }

  #wantsRoom(): boolean {
    return this.#state === CONNECTING || this.pendingBytes > 0;
  }
}
