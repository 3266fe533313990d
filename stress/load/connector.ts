/**
 * Opens connections to the server under load. One source address has some 28,000 ports for one destination
 * (net.ipv4.ip_local_port_range), so beyond 16,384 clients the next ones come from 127.0.0.2 and so on. Ports of earlier
 * connections stay taken for a minute, and the kernel's search between them doubles what a connect costs: loads that
 * follow one another closely begin with sources of their own.
 */
import { IP_BIND_ADDRESS_NO_PORT, IPPROTO_IP } from '../../src/native/constants.js';
import { SocketAddressBuffer } from '../../src/native/socket-address.js';
import type { Connection } from '../../v2/reactor/connection.js';
import type { CreateHandler } from '../../v2/reactor/connection-handler.js';
import type { Reactor } from '../../v2/reactor/reactor.js';

export const CLIENTS_PER_SOURCE = 16_384;

export class Connector {
  readonly #reactor: Reactor;
  readonly #host: string;
  readonly #port: number;
  readonly #source: SocketAddressBuffer;

  /** @param firstSource of the sources, 127.0.0.1 is number 0 */
  constructor(
    reactor: Reactor,
    host: string,
    port: number,
    private readonly firstSource = 0,
  ) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#source = new SocketAddressBuffer(reactor.libc);
  }

  /** @param client its number among all clients of the load @throws SystemError */
  connect(client: number, createHandler: CreateHandler): Connection {
    const address = { host: this.#host, port: this.#port };
    return this.#reactor.connect(address, (connection) => {
      this.#prepare(connection.descriptor, client);
      return createHandler(connection);
    });
  }

  /** The socket exists and is not connecting yet. */
  #prepare(fd: number, client: number): void {
    const { libc } = this.#reactor;
    const source = this.firstSource + Math.floor(client / CLIENTS_PER_SOURCE);
    if (source === 0) return;
    const host = `127.0.0.${source + 1}`;
    libc.setSocketOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    this.#source.encode({ host, port: 0 });
    libc.bind(fd, this.#source.address, this.#source.byteLength, host);
  }
}
