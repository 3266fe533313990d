/**
 * Structures of the C interface as byte offsets, for the architectures we know. They are computed once
 * more by koffi from the declaration and compared when libc is loaded: a mistake here would not fail, it
 * would overwrite memory.
 */
import { endianness } from 'node:os';
import { assert } from '../base/assert.js';
import type { Koffi } from './koffi.js';

/**
 *     epoll_event   x86-64, packed   0 events:4 │ 4 data:8  │ 12
 *                   elsewhere        0 events:4 │ 4 –    │ 8 data:8 │ 16
 *
 * `data` is two 32-bit halves to us: which descriptor, and which generation of it.
 */
export class EpollEventLayout {
  readonly sizeInts: number;
  readonly eventsInt = 0;
  readonly dataInt: number;

  constructor(architecture: string) {
    const isPacked = architecture === 'x64';
    this.sizeInts = isPacked ? 3 : 4;
    this.dataInt = isPacked ? 1 : 2;
  }

  get byteLength(): number {
    return this.sizeInts * 4;
  }
}

/**
 *     sockaddr_in    0 family:2 │ 2 port:2, network order │ 4 address:4 │ 8 zero:8                │ 16
 *     sockaddr_in6   0 family:2 │ 2 port:2, network order │ 4 flow:4 │ 8 address:16 │ 24 scope:4  │ 28
 *     sockaddr_un    0 family:2 │ 2 path:108, ends with a zero byte                               │ 110
 */
export const SOCKADDR = {
  family: 0,
  port: 2,
  inetAddress: 4,
  inetBytes: 16,
  inet6Flow: 4,
  inet6Address: 8,
  inet6Scope: 24,
  inet6Bytes: 28,
  unixPath: 2,
  unixPathBytes: 108,
  unixBytes: 110,
  /** sockaddr_storage: room for any of them. */
  storageBytes: 128,
} as const;

/** @throws AssertionError when the tables above are wrong for this machine. */
export function assertLayouts(koffi: Koffi, epollEvent: EpollEventLayout, architecture: string): void {
  assert(endianness() === 'LE', 'only little-endian machines are known');
  const members = { events: 'uint32_t', data: 'uint64_t' };
  const event = architecture === 'x64' ? koffi.pack(members) : koffi.struct(members);
  assert(koffi.sizeof(event) === epollEvent.byteLength, 'epoll_event: size');
  assert(koffi.offsetof(event, 'events') === epollEvent.eventsInt * 4, 'epoll_event: events');
  assert(koffi.offsetof(event, 'data') === epollEvent.dataInt * 4, 'epoll_event: data');

  const inet = koffi.struct({
    family: 'uint16_t',
    port: 'uint16_t',
    address: koffi.array('uint8_t', 4),
    zero: koffi.array('uint8_t', 8),
  });
  assert(koffi.sizeof(inet) === SOCKADDR.inetBytes, 'sockaddr_in: size');
  assert(koffi.offsetof(inet, 'port') === SOCKADDR.port, 'sockaddr_in: port');
  assert(koffi.offsetof(inet, 'address') === SOCKADDR.inetAddress, 'sockaddr_in: address');

  const inet6 = koffi.struct({
    family: 'uint16_t',
    port: 'uint16_t',
    flow: 'uint32_t',
    address: koffi.array('uint8_t', 16),
    scope: 'uint32_t',
  });
  assert(koffi.sizeof(inet6) === SOCKADDR.inet6Bytes, 'sockaddr_in6: size');
  assert(koffi.offsetof(inet6, 'flow') === SOCKADDR.inet6Flow, 'sockaddr_in6: flow');
  assert(koffi.offsetof(inet6, 'address') === SOCKADDR.inet6Address, 'sockaddr_in6: address');
  assert(koffi.offsetof(inet6, 'scope') === SOCKADDR.inet6Scope, 'sockaddr_in6: scope');

  const unix = koffi.struct({ family: 'uint16_t', path: koffi.array('uint8_t', SOCKADDR.unixPathBytes) });
  assert(koffi.sizeof(unix) === SOCKADDR.unixBytes, 'sockaddr_un: size');
  assert(koffi.offsetof(unix, 'path') === SOCKADDR.unixPath, 'sockaddr_un: path');
}
