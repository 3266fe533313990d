/** Datagrams to a socket of this machine: how programs speak to systemd and to syslog. Node has no such sockets. */
import { AF_UNIX, MSG_NOSIGNAL, SOCK_DGRAM } from './constants.js';
import { type Libc, loadLibc } from './libc.js';
import { NativeBuffer } from './native-buffer.js';
import { SocketAddressBuffer } from './socket-address.js';
import { EINVAL, SystemError } from './system-error.js';

export class LocalDatagram {
  readonly #libc: Libc;
  readonly #path: string;
  #fd: number;

  /** @param path of the socket, or behind a zero byte its name. @throws SystemError */
  static async open(path: string): Promise<LocalDatagram> {
    return new LocalDatagram(await loadLibc(), path);
  }

  private constructor(libc: Libc, path: string) {
    this.#libc = libc;
    this.#path = path;
    this.#fd = this.#connected();
  }

  /** Doesn't wait for the reader. @throws SystemError */
  send(text: string): void {
    const encoded = Buffer.from(text);
    const bytes = new NativeBuffer(this.#libc, Math.max(1, encoded.length));
    encoded.copy(bytes.bytes);
    if (this.#sent(bytes, encoded.length) >= 0) return;
    // The reader may have been restarted since.
    this.close();
    this.#fd = this.#connected();
    const result = this.#sent(bytes, encoded.length);
    if (result < 0) throw new SystemError('send', -result, this.#fd, this.#path);
  }

  close(): void {
    if (this.#fd >= 0) this.#libc.close(this.#fd);
    this.#fd = -1;
  }

  #sent({ address }: NativeBuffer, byteLength: number): number {
    return this.#libc.send(this.#fd, address, byteLength, MSG_NOSIGNAL);
  }

  #connected(): number {
    const libc = this.#libc;
    const address = new SocketAddressBuffer(libc);
    if (!address.encode({ path: this.#path })) throw new SystemError('connect', EINVAL, -1, this.#path);
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM);
    const result = libc.connect(fd, address.address, address.byteLength);
    if (result >= 0) return fd;
    libc.close(fd);
    throw new SystemError('connect', -result, fd, this.#path);
  }
}
