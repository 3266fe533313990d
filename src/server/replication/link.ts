/**
 * The way to another server. Nothing under src/server opens a socket: the composition root brings a `Connect`
 * (src/replication-link.ts), tests bring one that stays in memory.
 */
export interface LinkHandler {
  /** @param localAddress our end, as the other side may know it */
  connected(): void;
  /** The bytes are the handler's. */
  received(bytes: Buffer): void;
  /** Called once, whoever closed it. */
  closed(error: Error | null): void;
}

export interface Link {
  write(bytes: Buffer): void;
  /** No further bytes come; `closed` still does, in a later turn. */
  close(): void;
}

export type Connect = (host: string, port: number, handler: LinkHandler) => Link;
