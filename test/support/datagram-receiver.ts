/** A socket of this machine that takes datagrams, as systemd's and syslog's do. Linux only. */
import { AF_UNIX, SOCK_DGRAM } from '../../src/native/constants.js';
import { type Libc, loadLibc } from '../../src/native/libc.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';
import { SocketAddressBuffer } from '../../src/native/socket-address.js';

const DATAGRAM_BYTES_MAX = 4096;

export class DatagramReceiver {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #buffer: NativeBuffer;

  /** @param path of a file that isn't there, or a name behind a zero byte */
  static async at(path: string): Promise<DatagramReceiver> {
    return new DatagramReceiver(await loadLibc(), path);
  }

  private constructor(libc: Libc, path: string) {
    this.#libc = libc;
    this.#buffer = new NativeBuffer(libc, DATAGRAM_BYTES_MAX);
    this.#fd = libc.socket(AF_UNIX, SOCK_DGRAM);
    const address = new SocketAddressBuffer(libc);
    address.encode({ path });
    libc.bind(this.#fd, address.address, address.byteLength, path);
  }

  /** What has come since it was last asked. */
  received(): string[] {
    const texts: string[] = [];
    for (;;) {
      const count = this.#libc.recv(this.#fd, this.#buffer.address, DATAGRAM_BYTES_MAX, 0);
      if (count < 0) return texts;
      texts.push(this.#buffer.bytes.toString('utf8', 0, count));
    }
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}
