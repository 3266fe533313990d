/** A socket's two ends as people and CLIENT LIST read them. */
import type { Libc } from '../../src/native/libc.js';
import { type SocketAddress, SocketAddressBuffer } from '../../src/native/socket-address.js';
import { SystemError } from '../../src/native/system-error.js';

/** Shown when the kernel doesn't know any more: the peer is gone. */
const UNKNOWN = '?:0';

export function formatAddress(address: SocketAddress): string {
  if ('path' in address) return `${address.path}:0`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

export function localAddress(libc: Libc, fd: number): SocketAddress {
  const buffer = new SocketAddressBuffer(libc);
  buffer.reset();
  libc.getsockname(fd, buffer.address, buffer.lengthAddress);
  return buffer.decode();
}

function peerAddress(libc: Libc, fd: number): SocketAddress {
  const buffer = new SocketAddressBuffer(libc);
  buffer.reset();
  libc.getpeername(fd, buffer.address, buffer.lengthAddress);
  const peer = buffer.decode();
  // A Unix client has no name; it is shown by the server's, as Redis does.
  return 'path' in peer && peer.path === '' ? localAddress(libc, fd) : peer;
}

export function socketName(libc: Libc, fd: number, side: 'local' | 'peer'): string {
  try {
    return formatAddress(side === 'local' ? localAddress(libc, fd) : peerAddress(libc, fd));
  } catch (error) {
    if (error instanceof SystemError) return UNKNOWN;
    throw error;
  }
}

/** Both ends of a socket, asked for once: later the kernel may not know any more. */
export class SocketNames {
  #peer = '';
  #local = '';

  constructor(
    readonly libc: Libc,
    readonly descriptor: number,
  ) {}

  /** @param isOver the descriptor may be another socket's by now */
  peer(isOver: boolean): string {
    if (this.#peer === '' && !isOver) this.#peer = socketName(this.libc, this.descriptor, 'peer');
    return this.#peer;
  }

  local(isOver: boolean): string {
    if (this.#local === '' && !isOver) this.#local = socketName(this.libc, this.descriptor, 'local');
    return this.#local;
  }
}
