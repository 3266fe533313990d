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

/** A Unix client has no name; it is shown by the server's, as Redis does. */
export function socketName(libc: Libc, fd: number, side: 'local' | 'peer'): string {
  try {
    const local = localAddress(libc, fd);
    if (side === 'local' || 'path' in local) return formatAddress(local);
    const buffer = new SocketAddressBuffer(libc);
    buffer.reset();
    libc.getpeername(fd, buffer.address, buffer.lengthAddress);
    return formatAddress(buffer.decode());
  } catch (error) {
    if (error instanceof SystemError) return UNKNOWN;
    throw error;
  }
}
