/**
 * Socket addresses between text and the kernel's bytes. Numeric hosts only: names are resolved by
 * whoever has the patience.
 */

import { AF_INET, AF_INET6, AF_UNIX } from './constants.js';
import { SOCKADDR } from './layout.js';
import type { Libc } from './libc.js';
import { NativeBuffer } from './native-buffer.js';

export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A sockaddr_storage and the length in use, with the address that bind, connect and getsockname take. */
export class SocketAddressBuffer {
  readonly #libc: Libc;
  readonly #storage: NativeBuffer;
  /** A uint32_t: how much of the storage is in use, in and out. */
  readonly #length: NativeBuffer;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#storage = new NativeBuffer(libc, SOCKADDR.storageBytes);
    this.#length = new NativeBuffer(libc, 4);
  }

  get address(): number {
    return this.#storage.address;
  }

  get lengthAddress(): number {
    return this.#length.address;
  }

  get byteLength(): number {
    return this.#length.bytes.readUInt32LE(0);
  }

  /** AF_INET, AF_INET6 or AF_UNIX. */
  get family(): number {
    return this.#storage.bytes.readUInt16LE(SOCKADDR.family);
  }

  /** Before a call that fills it in. */
  reset(): void {
    this.#length.bytes.writeUInt32LE(SOCKADDR.storageBytes, 0);
  }

  /** @returns false when the host is no numeric address, or the path too long. */
  encode(address: SocketAddress): boolean {
    this.#storage.bytes.fill(0);
    return 'path' in address ? this.#encodePath(address.path) : this.#encodeInet(address.host, address.port);
  }

  decode(): SocketAddress {
    const bytes = this.#storage.bytes;
    if (this.family === AF_UNIX) {
      const end = bytes.indexOf(0, SOCKADDR.unixPath);
      return { path: bytes.toString('utf8', SOCKADDR.unixPath, Math.min(end, this.byteLength)) };
    }
    const offset = this.family === AF_INET ? SOCKADDR.inetAddress : SOCKADDR.inet6Address;
    return {
      host: this.#libc.inetNtop(this.family, this.#storage.address + offset),
      port: bytes.readUInt16BE(SOCKADDR.port),
    };
  }

  #encodePath(path: string): boolean {
    const encoded = Buffer.from(path, 'utf8');
    // One that begins with a zero byte is no file, but a name known to the kernel, and nothing ends it. Source: unix(7).
    const isName = encoded[0] === 0;
    if (encoded.length >= SOCKADDR.unixPathBytes || encoded.includes(0, isName ? 1 : 0)) return false;
    encoded.copy(this.#storage.bytes, SOCKADDR.unixPath);
    this.#finish(AF_UNIX, SOCKADDR.unixPath + encoded.length + (isName ? 0 : 1));
    return true;
  }

  #encodeInet(host: string, port: number): boolean {
    this.#storage.bytes.writeUInt16BE(port, SOCKADDR.port);
    if (this.#libc.inetPton(AF_INET, host, this.#storage.address + SOCKADDR.inetAddress)) {
      this.#finish(AF_INET, SOCKADDR.inetBytes);
      return true;
    }
    if (this.#libc.inetPton(AF_INET6, host, this.#storage.address + SOCKADDR.inet6Address)) {
      this.#finish(AF_INET6, SOCKADDR.inet6Bytes);
      return true;
    }
    return false;
  }

  #finish(family: number, byteLength: number): void {
    this.#storage.bytes.writeUInt16LE(family, SOCKADDR.family);
    this.#length.bytes.writeUInt32LE(byteLength, 0);
  }
}
