/** A listener on the reactor of the server's own thread: no hop between its sockets and the server. */
import type { SocketAddress } from '../src/native/socket-address.js';
import { isLocalAddress } from '../src/server/clients/protected-mode.js';
import type { FrontendServer, FrontendSession, Listener } from '../src/server/frontend.js';
import { type EpollOptions, NO_DESCRIPTOR_MESSAGE } from './frontend-options.js';
import { Peer } from './peer.js';
import type { Reactor } from './reactor/reactor.js';
import { formatAddress } from './reactor/socket-name.js';

export interface LocalListenRequest {
  readonly address: SocketAddress;
  readonly backlog: number;
  /** Other reactors listen there, too. */
  readonly reusePort: boolean;
}

/**
 * @throws SystemError when the address can't be bound
 */
export function listenLocally<S extends FrontendSession>(
  reactor: Reactor,
  server: FrontendServer<S>,
  options: EpollOptions,
  { address, backlog, reusePort }: LocalListenRequest,
): Listener {
  const isLocal = isLocalAddress(formatAddress(address));
  const listener = reactor.listen(address, (connection) => new Peer(server, connection, isLocal), {
    backlog,
    reusePort,
    busyPollUs: options.busyPollUs ?? 0,
    keepaliveSeconds: () => options.tcpKeepaliveSeconds ?? 0,
    noDescriptorMessage: NO_DESCRIPTOR_MESSAGE,
    report: (trouble) => options.report?.(trouble),
  });
  const { address: bound } = listener;
  return { port: 'port' in bound ? bound.port : 0, stop: () => listener.close() };
}
