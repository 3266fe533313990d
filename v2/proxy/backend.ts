/** One target of an app: where it is, how it is, and what went through it. */
import type { SocketAddress } from '../../src/native/socket-address.js';
import { parseTarget } from './config.js';

const NUMERIC_HOST = /^\d+\.\d+\.\d+\.\d+$|:/;

/** Bytes in one direction. */
export class ByteCount {
  bytes = 0;
}

export class Backend {
  readonly host: string;
  readonly port: number;
  /** The host has a name, which may come to mean something else. */
  readonly isNamed: boolean;
  /** Null while nobody knows the name. */
  address: SocketAddress | null;
  /** As far as the last check, or connection, told. */
  isUp = true;
  /** Connections that chose it and have not ended: also those that are only connecting. */
  active = 0;
  /** Connections it took, and those it didn't, or reset before a byte went either way. */
  connected = 0;
  failed = 0;
  /** Of the last failure. */
  lastError = '';
  readonly sent = new ByteCount();
  readonly received = new ByteCount();

  /** @param target as configured and checked: `host:port` */
  constructor(readonly target: string) {
    const { host, port } = parseTarget(target) ?? { host: target, port: 0 };
    this.host = host;
    this.port = port;
    this.isNamed = !NUMERIC_HOST.test(host);
    this.address = this.isNamed ? null : { host, port };
  }
}
