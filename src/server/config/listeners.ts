/** Which addresses a configuration asks to listen on, and with which frontend. */
import type { Config } from './config.js';
import { type FrontendChoice, parseListenAddress } from './listen-address.js';

export interface ConfiguredListener {
  readonly frontend: FrontendChoice;
  /** Empty for a Unix socket. */
  readonly host: string;
  /** 0 asks for a free port. */
  readonly port: number;
  /** Of a Unix socket; empty otherwise. */
  readonly path: string;
  /** Permissions of the Unix socket, 0 for what the system gives. */
  readonly permissions: number;
  /** The server starts even where this address is missing: `bind -::1`. */
  readonly isOptional: boolean;
}

/** `listen` where it is given, otherwise `port` on each address of `bind`, and `unixsocket`. */
export function configuredListeners(config: Config): ConfiguredListener[] {
  const frontend = config.get('frontend');
  const permissions = config.get('unixsocketperm');
  const unix = (path: string, chosen = frontend): ConfiguredListener => ({
    frontend: chosen,
    host: '',
    port: 0,
    path,
    permissions,
    isOptional: false,
  });
  const tcp = (port: number, addresses: readonly string[], chosen = frontend): ConfiguredListener[] =>
    addresses.map((address) => {
      const isOptional = address.startsWith('-');
      const host = isOptional ? address.slice(1) : address;
      return {
        frontend: chosen,
        host: ANY_ADDRESS.get(host) ?? host,
        port,
        path: '',
        permissions: 0,
        isOptional,
      };
    });
  const bind = config.get('bind');
  const listen = config.get('listen').map(parseListenAddress);
  if (listen.length > 0) {
    return listen.flatMap(({ frontend: chosen, host, port, path }) =>
      path === null
        ? tcp(port, host === null ? bind : [host], chosen ?? frontend)
        : [unix(path, chosen ?? frontend)],
    );
  }
  const port = config.get('port');
  const socket = config.get('unixsocket');
  return [...(port === 0 ? [] : tcp(port, bind)), ...(socket === '' ? [] : [unix(socket)])];
}

/** As `bind` writes them. */
const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['*', '0.0.0.0'],
  ['::*', '::'],
]);
