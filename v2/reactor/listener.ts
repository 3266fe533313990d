/**
 * A listening socket in a reactor. Each turn accepts until EAGAIN or up to a bound, so that a storm of
 * thousands of clients is served in a few turns and starves nobody.
 *
 * Without descriptors left, accept fails and the client stays in the queue for ever. So one descriptor is
 * held in reserve: it is closed, the client accepted, told, closed, and the reserve opened again. Where
 * even that fails the listener rests for a moment instead of spinning.
 */
import { unlinkSync } from 'node:fs';
import { clearTimeout, setTimeout } from '../../src/base/timers.js';
import {
  AF_INET6,
  AF_UNIX,
  EPOLLET,
  EPOLLIN,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  MSG_NOSIGNAL,
  SO_BUSY_POLL,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
} from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';
import { type SocketAddress, SocketAddressBuffer } from '../../src/native/socket-address.js';
import {
  EAGAIN,
  EINVAL,
  EMFILE,
  ENFILE,
  ENOBUFS,
  ENOMEM,
  SystemError,
} from '../../src/native/system-error.js';
import type { CreateHandler } from './connection-handler.js';
import type { ReactorCounters } from './counters.js';
import type { EpollSet } from './epoll-set.js';
import { formatAddress, localAddress } from './socket-name.js';

/** Enough that 8,000 clients are in after 16 turns; at some 5 µs each a turn stays under 3 ms. */
const ACCEPTS_PER_TURN = 512;

const REST_MS = 100;

export interface ListenOptions {
  /** Connections that wait to be accepted; the kernel caps it at net.core.somaxconn. */
  readonly backlog: number;
  /** Lets several listeners, one per thread, share the port. */
  readonly reusePort?: boolean;
  /** For so long the kernel may poll the device for a connection's bytes; 0 or absent leaves it as it is. */
  readonly busyPollUs?: number;
  /** Seconds of silence before the kernel probes a peer, 0 for never. Read at each turn of accepting. */
  readonly keepaliveSeconds?: () => number;
  /** Sent to a client that finds no descriptor left. */
  readonly noDescriptorMessage?: Buffer;
  /** Told of failed accepts, once per turn. */
  readonly report?: (trouble: SystemError) => void;
}

/** What a listener needs of its reactor. */
export interface ListenerHost {
  readonly libc: Libc;
  readonly counters: ReactorCounters;
  readonly epoll: EpollSet;
  /** Takes a non-blocking descriptor and makes a connection of it. */
  adopt(fd: number, createHandler: CreateHandler): void;
  /** Calls `acceptAll` in the next turn. */
  acceptLater(listener: Listener): void;
  forget(listener: Listener): void;
}

export class Listener {
  readonly descriptor: number;
  readonly generation: number;
  /** As bound: with the port the kernel chose. */
  readonly address: SocketAddress;
  readonly #host: ListenerHost;
  readonly #libc: Libc;
  readonly #createHandler: CreateHandler;
  readonly #options: ListenOptions;
  readonly #isTcp: boolean;
  #keepaliveSeconds = 0;
  #spare: number;
  #rest: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** @throws SystemError: EADDRINUSE, EACCES …; EINVAL when the address is none */
  constructor(
    host: ListenerHost,
    address: SocketAddress,
    createHandler: CreateHandler,
    options: ListenOptions,
  ) {
    this.#host = host;
    this.#libc = host.libc;
    this.#createHandler = createHandler;
    this.#options = options;
    const target = new SocketAddressBuffer(this.#libc);
    if (!target.encode(address)) throw new SystemError('bind', EINVAL, -1, formatAddress(address));
    this.#isTcp = target.family !== AF_UNIX;
    this.descriptor = this.#libc.socket(target.family);
    this.#spare = this.#libc.openNull();
    this.generation = host.epoll.nextGeneration();
    try {
      this.#setOptions(target.family);
      this.#libc.bind(this.descriptor, target.address, target.byteLength, formatAddress(address));
      this.#libc.listen(this.descriptor, options.backlog);
      this.address = localAddress(this.#libc, this.descriptor);
      const result = host.epoll.add(this.descriptor, this.generation, EPOLLIN | EPOLLET);
      if (result < 0) throw new SystemError('epoll_ctl', -result, this.descriptor);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Accepts what waits, up to the bound. */
  acceptAll(): void {
    if (this.#isClosed) return;
    if (this.#isTcp) this.#setKeepalive(this.#options.keepaliveSeconds?.() ?? 0);
    let trouble = 0;
    for (let count = 0; count < ACCEPTS_PER_TURN; count++) {
      let accepted = this.#libc.accept(this.descriptor);
      if (accepted >= 0) {
        this.#host.adopt(accepted, this.#createHandler);
        if (this.#isClosed) return;
        continue;
      }
      if (isExhaustion(-accepted)) {
        const errno = -accepted;
        accepted = this.#turnAway();
        if (accepted !== -EAGAIN) trouble = errno;
      }
      if (accepted === -EAGAIN || isExhaustion(-accepted)) {
        this.#report(trouble);
        if (accepted !== -EAGAIN) this.#restAWhile();
        return;
      }
      // Other errors are of the one connection that was about to be accepted: on to the next.
    }
    this.#report(trouble);
    this.#host.acceptLater(this);
  }

  /** As `acceptAll`, once the turn at hand is over. */
  acceptNextTurn(): void {
    this.#host.acceptLater(this);
  }

  /** Stops accepting. Clients that were not accepted are reset by the kernel. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#host.forget(this);
    this.#release();
    if ('path' in this.address) unlinkIfThere(this.address.path);
  }

  /**
   * What is set here accepted sockets inherit on Linux, at no call per connection.
   * SO_REUSEADDR, so that a restarted server gets its port although old connections linger.
   */
  #setOptions(family: number): void {
    if (!this.#isTcp) return;
    this.#libc.setSocketOption(this.descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (this.#options.reusePort) this.#libc.setSocketOption(this.descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    // An IPv6 address stands for itself, so that 0.0.0.0 and :: can both be bound.
    if (family === AF_INET6) this.#libc.setSocketOption(this.descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    this.#libc.setSocketOption(this.descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    this.#setKeepalive(this.#options.keepaliveSeconds?.() ?? 0);
    this.#setBusyPoll(this.#options.busyPollUs ?? 0);
  }

  /** Above net.core.busy_read it takes CAP_NET_ADMIN: without it the reactor's own polling has to do. socket(7) */
  #setBusyPoll(busyPollUs: number): void {
    if (busyPollUs === 0) return;
    try {
      this.#libc.setSocketOption(this.descriptor, SOL_SOCKET, SO_BUSY_POLL, busyPollUs);
    } catch (error) {
      if (!(error instanceof SystemError && error.code === 'EPERM')) throw error;
    }
  }

  /** As Redis: probes after `seconds`, then thrice in the same time again. */
  #setKeepalive(seconds: number): void {
    if (seconds === this.#keepaliveSeconds) return;
    this.#keepaliveSeconds = seconds;
    const fd = this.descriptor;
    this.#libc.setSocketOption(fd, SOL_SOCKET, SO_KEEPALIVE, seconds > 0 ? 1 : 0);
    if (seconds === 0) return;
    this.#libc.setSocketOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
    this.#libc.setSocketOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, Math.max(1, Math.floor(seconds / 3)));
    this.#libc.setSocketOption(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  }

  /**
   * Accepts one client with the reserve descriptor, and lets it go. Without descriptors accept fails before
   * it looks whether somebody waits; this tells.
   * @returns 0, -EAGAIN when nobody waits, or the errno of having no reserve either
   */
  #turnAway(): number {
    if (this.#spare >= 0) this.#libc.close(this.#spare);
    const accepted = this.#libc.accept(this.descriptor);
    if (accepted >= 0) {
      this.#sendNoDescriptorMessage(accepted);
      this.#libc.close(accepted);
    }
    this.#spare = this.#libc.openNull();
    if (accepted !== -EAGAIN) this.#host.counters.acceptErrors++;
    return Math.min(accepted, 0);
  }

  #sendNoDescriptorMessage(fd: number): void {
    const message = this.#options.noDescriptorMessage;
    if (message === undefined) return;
    const copy = new NativeBuffer(this.#libc, message.length);
    message.copy(copy.bytes);
    this.#libc.send(fd, copy.address, message.length, MSG_NOSIGNAL);
  }

  #report(errno: number): void {
    if (errno !== 0) this.#options.report?.(new SystemError('accept4', errno, this.descriptor));
  }

  #restAWhile(): void {
    this.#rest ??= setTimeout(() => {
      this.#rest = null;
      this.#host.acceptLater(this);
    }, REST_MS);
  }

  #release(): void {
    this.#libc.close(this.descriptor);
    if (this.#spare >= 0) this.#libc.close(this.#spare);
  }
}

function isExhaustion(errno: number): boolean {
  return errno === EMFILE || errno === ENFILE || errno === ENOBUFS || errno === ENOMEM;
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
