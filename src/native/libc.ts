/**
 * libc's calls, bound through koffi. The only place that knows how a call is declared and how it fails.
 *
 * Two kinds of methods:
 * - calls of the hot path answer a count, or `-errno`: nothing is allocated, nothing thrown;
 * - the others throw a `SystemError`.
 *
 * errno is read right after the call, before anything else can run. EINTR is retried, but for close:
 * Linux has released the descriptor by then. Addresses are Numbers, declared uint64_t: that costs a third
 * of what passing a Buffer costs. The caller keeps its `NativeBuffer` alive (native-buffer.ts).
 */
import {
  AF_UNIX,
  EFD_CLOEXEC,
  EFD_NONBLOCK,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  F_SETPIPE_SZ,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDONLY,
  SO_ERROR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
} from './constants.js';
import { type Koffi, loadKoffi, loadLibrary } from './koffi.js';
import { assertLayouts, EpollEventLayout } from './layout.js';
import { LibuvLoop } from './libuv.js';
import { type AddressSource, NativeBuffer } from './native-buffer.js';
import { keepOpen, type LoopWatch } from './open-watches.js';
import { EINTR, SystemError } from './system-error.js';

type Call = (...parameters: (number | string)[]) => number;

/** Of an IPv6 address in text, with its zero byte. Source: INET6_ADDRSTRLEN, netinet/in.h. */
const ADDRESS_TEXT_BYTES = 46;

/** One for all in a thread: where several functions of koffi's are called from one place, V8 looks which it is each time. */
let shared: Promise<Libc> | null = null;

/** @throws SystemError ENOSYS on anything but Linux on x86-64 or arm64. */
export function loadLibc(): Promise<Libc> {
  shared ??= loadLibcOf(process.platform, process.arch);
  return shared;
}

export async function loadLibcOf(platform: string, architecture: string): Promise<Libc> {
  return new Libc(await loadKoffi(platform, architecture), architecture);
}

export class Libc implements AddressSource {
  readonly epollEvent: EpollEventLayout;
  readonly #koffi: Koffi;
  readonly #calls: ReturnType<typeof bindCalls>;
  /** Room for the small things that calls take by address: an int, an event, a counter, a text. */
  readonly #scratch: NativeBuffer;

  /** Use `loadLibc`. */
  constructor(koffi: Koffi, architecture: string) {
    this.epollEvent = new EpollEventLayout(architecture);
    assertLayouts(koffi, this.epollEvent, architecture);
    this.#koffi = koffi;
    this.#calls = bindCalls(koffi, architecture);
    this.#scratch = new NativeBuffer(this, ADDRESS_TEXT_BYTES);
  }

  addressOf(bytes: Buffer): number {
    return Number(this.#koffi.address(bytes));
  }

  // ── hot: a count, or -errno ──────────────────────────────────────────────────────────────────────

  /** @returns bytes, 0 at the peer's end, or -errno */
  recv(fd: number, address: number, byteLength: number, flags: number): number {
    for (;;) {
      const count = this.#calls.recv(fd, address, byteLength, flags);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** @returns bytes taken, which may be fewer, or -errno */
  send(fd: number, address: number, byteLength: number, flags: number): number {
    for (;;) {
      const count = this.#calls.send(fd, address, byteLength, flags);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** Non-blocking, closed on exec. @returns the descriptor, or -errno */
  accept(fd: number): number {
    for (;;) {
      const accepted = this.#calls.accept4(fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) return accepted;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** @returns events written to `address`, in `epollEvent`'s layout, or -errno */
  epollWait(epollFd: number, address: number, eventsMax: number, timeoutMs: number): number {
    for (;;) {
      const count = this.#calls.epollWait(epollFd, address, eventsMax, timeoutMs);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** Registers `fd`; its events carry the two halves of data. @returns 0, or -errno */
  epollAdd(epollFd: number, fd: number, events: number, dataLow: number, dataHigh: number): number {
    return this.#epollControl(epollFd, EPOLL_CTL_ADD, fd, events, dataLow, dataHigh);
  }

  /** Asks for other events of `fd` from now on. @returns 0, or -errno */
  epollModify(epollFd: number, fd: number, events: number, dataLow: number, dataHigh: number): number {
    return this.#epollControl(epollFd, EPOLL_CTL_MOD, fd, events, dataLow, dataHigh);
  }

  epollRemove(epollFd: number, fd: number): number {
    return this.#result(this.#calls.epollCtl(epollFd, EPOLL_CTL_DEL, fd, this.#scratch.address));
  }

  shutdown(fd: number, how: number): number {
    return this.#result(this.#calls.shutdown(fd, how));
  }

  /** The descriptor is gone, whatever the answer. @returns 0, or -errno */
  close(fd: number): number {
    return this.#result(this.#calls.close(fd));
  }

  /** @returns 0, or -errno: EINPROGRESS while a non-blocking socket connects */
  connect(fd: number, address: number, byteLength: number): number {
    return this.#result(this.#calls.connect(fd, address, byteLength));
  }

  /** Adds one to an eventfd's counter, which wakes the thread that polls it. Any thread may call it. @returns 8, or -errno */
  eventfdSignal(fd: number): number {
    // A 64-bit number; a BigInt would be made for each call.
    this.#scratch.bytes.writeInt32LE(1, 0);
    this.#scratch.bytes.writeInt32LE(0, 4);
    return this.write(fd, this.#scratch.address, 8);
  }

  read(fd: number, address: number, byteLength: number): number {
    for (;;) {
      const count = this.#calls.read(fd, address, byteLength);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  write(fd: number, address: number, byteLength: number): number {
    for (;;) {
      const count = this.#calls.write(fd, address, byteLength);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** Moves bytes between a pipe and a socket, within the kernel. @returns bytes, 0 at the end, or -errno */
  splice(fromFd: number, toFd: number, bytesMax: number): number {
    for (;;) {
      const count = this.#calls.splice(fromFd, 0, toFd, 0, bytesMax, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (count >= 0) return count;
      const errno = this.#koffi.errno();
      if (errno !== EINTR) return -errno;
    }
  }

  /** The kernel may refuse; then the pipe stays as it is. @returns the capacity in bytes, or -errno */
  setPipeCapacity(fd: number, bytes: number): number {
    return this.#result(this.#calls.fcntl(fd, F_SETPIPE_SZ, bytes));
  }

  /** A socket's pending error, which it clears. @returns errno, 0 for none */
  socketError(fd: number): number {
    return this.getSocketOption(fd, SOL_SOCKET, SO_ERROR);
  }

  /** Opens /dev/null: a descriptor for later. @returns it, or -errno */
  openNull(): number {
    return this.#result(this.#calls.open('/dev/null', O_RDONLY | O_CLOEXEC));
  }

  /** `address` is a page's. @returns 0, or -errno: EINVAL where the kernel has no such advice */
  madvise(address: number, byteLength: number, advice: number): number {
    return this.#result(this.#calls.madvise(address, byteLength, advice));
  }

  // ── cold: throw SystemError ──────────────────────────────────────────────────────────────────────

  /** Non-blocking, closed on exec. */
  socket(family: number, type = SOCK_STREAM): number {
    return this.#checked('socket', this.#calls.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  }

  setSocketOption(fd: number, level: number, option: number, value: number): void {
    this.#scratch.bytes.writeInt32LE(value, 0);
    this.#checked('setsockopt', this.#calls.setsockopt(fd, level, option, this.#scratch.address, 4), fd);
  }

  getSocketOption(fd: number, level: number, option: number): number {
    const { bytes, address } = this.#scratch;
    bytes.writeInt32LE(0, 0);
    bytes.writeInt32LE(4, 4);
    this.#checked('getsockopt', this.#calls.getsockopt(fd, level, option, address, address + 4), fd);
    return bytes.readInt32LE(0);
  }

  bind(fd: number, address: number, byteLength: number, subject: string): void {
    this.#checked('bind', this.#calls.bind(fd, address, byteLength), fd, subject);
  }

  listen(fd: number, backlog: number): void {
    this.#checked('listen', this.#calls.listen(fd, backlog), fd);
  }

  getsockname(fd: number, address: number, lengthAddress: number): void {
    this.#checked('getsockname', this.#calls.getsockname(fd, address, lengthAddress), fd);
  }

  getpeername(fd: number, address: number, lengthAddress: number): void {
    this.#checked('getpeername', this.#calls.getpeername(fd, address, lengthAddress), fd);
  }

  epollCreate(): number {
    return this.#checked('epoll_create1', this.#calls.epollCreate1(EPOLL_CLOEXEC));
  }

  eventfd(): number {
    return this.#checked('eventfd', this.#calls.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  }

  /** Non-blocking, closed on exec. @returns the ends to read from and to write to */
  pipe(): readonly [readFd: number, writeFd: number] {
    const { bytes, address } = this.#scratch;
    this.#checked('pipe2', this.#calls.pipe2(address, O_NONBLOCK | O_CLOEXEC));
    return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
  }

  /** Two Unix sockets, connected with each other: non-blocking, closed on exec. */
  socketPair(): readonly [one: number, other: number] {
    const { bytes, address } = this.#scratch;
    const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    this.#checked('socketpair', this.#calls.socketpair(AF_UNIX, type, 0, address));
    return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
  }

  /** Writes the address that `host` says in numbers. @returns false when it is none of this family */
  inetPton(family: number, host: string, address: number): boolean {
    return this.#calls.inetPton(family, host, address) === 1;
  }

  inetNtop(family: number, address: number): string {
    const { bytes, address: text } = this.#scratch;
    if (this.#calls.inetNtop(family, address, text, ADDRESS_TEXT_BYTES) === 0) {
      throw new SystemError('inet_ntop', this.#koffi.errno());
    }
    return bytes.toString('latin1', 0, bytes.indexOf(0));
  }

  /**
   * Calls back from libuv's loop while `fd` is readable. An epoll descriptor can be watched: it is
   * readable while it has events. The callback must not throw: koffi would lose the error.
   */
  watch(fd: number, onReadable: () => void): LoopWatch {
    return keepOpen(this.#koffi.node.poll(fd, { readable: true }, onReadable));
  }

  /** The event loop of this thread, to wait in its stead. @returns null where it can't be had */
  leadLibuv(): LibuvLoop | null {
    return LibuvLoop.lead(this.#koffi);
  }

  #epollControl(epollFd: number, operation: number, fd: number, events: number, low: number, high: number) {
    const bytes = this.#scratch.bytes;
    const data = this.epollEvent.dataInt * 4;
    bytes.writeInt32LE(events, 0);
    bytes.writeInt32LE(low, data);
    bytes.writeInt32LE(high, data + 4);
    return this.#result(this.#calls.epollCtl(epollFd, operation, fd, this.#scratch.address));
  }

  #result(result: number): number {
    return result >= 0 ? result : -this.#koffi.errno();
  }

  #checked(call: string, result: number, fd = -1, subject = ''): number {
    if (result < 0) throw new SystemError(call, this.#koffi.errno(), fd, subject);
    return result;
  }
}

/**
 * Counts are declared int, not ssize_t: one call moves less than 2 GiB (the kernel's own limit is
 * 0x7ffff000 bytes), and an int costs no check for a BigInt.
 */
function bindCalls(koffi: Koffi, architecture: string) {
  const library = loadLibrary(koffi, architecture);
  const bind = (name: string, parameters: string[], result = 'int'): Call =>
    library.func(name, result, parameters);
  return {
    socket: bind('socket', ['int', 'int', 'int']),
    socketpair: bind('socketpair', ['int', 'int', 'int', 'uint64_t']),
    setsockopt: bind('setsockopt', ['int', 'int', 'int', 'uint64_t', 'uint32_t']),
    getsockopt: bind('getsockopt', ['int', 'int', 'int', 'uint64_t', 'uint64_t']),
    bind: bind('bind', ['int', 'uint64_t', 'uint32_t']),
    listen: bind('listen', ['int', 'int']),
    accept4: bind('accept4', ['int', 'uint64_t', 'uint64_t', 'int']),
    connect: bind('connect', ['int', 'uint64_t', 'uint32_t']),
    getsockname: bind('getsockname', ['int', 'uint64_t', 'uint64_t']),
    getpeername: bind('getpeername', ['int', 'uint64_t', 'uint64_t']),
    recv: bind('recv', ['int', 'uint64_t', 'uint64_t', 'int']),
    send: bind('send', ['int', 'uint64_t', 'uint64_t', 'int']),
    shutdown: bind('shutdown', ['int', 'int']),
    open: bind('open', ['str', 'int']),
    close: bind('close', ['int']),
    read: bind('read', ['int', 'uint64_t', 'uint64_t']),
    write: bind('write', ['int', 'uint64_t', 'uint64_t']),
    splice: bind('splice', ['int', 'uint64_t', 'int', 'uint64_t', 'uint64_t', 'uint32_t']),
    // Variadic in C; an int goes where the third parameter goes on both architectures.
    fcntl: bind('fcntl', ['int', 'int', 'int']),
    pipe2: bind('pipe2', ['uint64_t', 'int']),
    eventfd: bind('eventfd', ['uint32_t', 'int']),
    epollCreate1: bind('epoll_create1', ['int']),
    epollCtl: bind('epoll_ctl', ['int', 'int', 'int', 'uint64_t']),
    epollWait: bind('epoll_wait', ['int', 'uint64_t', 'int', 'int']),
    madvise: bind('madvise', ['uint64_t', 'uint64_t', 'int']),
    inetPton: bind('inet_pton', ['int', 'str', 'uint64_t']),
    inetNtop: bind('inet_ntop', ['int', 'uint64_t', 'uint64_t', 'uint32_t'], 'uint64_t'),
  };
}
