/**
 * The way to another server. Nothing under src/server opens a socket: the composition root brings a `Connect`
 * (src/replication-link.ts), tests bring one that stays in memory.
 */
export interface LinkHandler {
  connected(): void;
  /** The bytes are the handler's. */
  received(bytes: Buffer): void;
  /** Nothing is pending any more. For those who write much; the others needn't know. */
  drained?(): void;
  /** Called once, whoever closed it. */
  closed(error: Error | null): void;
}

export interface Link {
  /** Both ends, as CLIENT LIST shows them; empty until it is connected. Only of links that have such. */
  readonly peerAddress?: string;
  readonly localAddress?: string;
  /** Bytes that were written and haven't left yet. */
  readonly pendingBytes: number;
  write(bytes: Buffer): void;
  /** Nothing more is received until `resume`. */
  pause?(): void;
  resume?(): void;
  /** No further bytes come; `closed` still does, in a later turn. */
  close(): void;
}

/** @param sourceAddress of ours that the connection is to come from; any one if it can't be had, or when absent or empty */
export type Connect = (host: string, port: number, handler: LinkHandler, sourceAddress?: string) => Link;
