/**
 * All clients of a server: what CLIENT lists, closes and holds back.
 */
import type { Client } from './client.js';

/** How Redis sorts clients. */
export type ClientType = 'normal' | 'master' | 'replica' | 'pubsub';

/** Clients that agree with every field given. */
export interface ClientFilter {
  readonly ids?: readonly number[];
  readonly type?: ClientType;
  readonly userName?: string;
  readonly peerAddress?: string;
  readonly localAddress?: string;
  /** This one is left out. */
  readonly except?: Client;
}

export interface Clients {
  isConnected(id: number): boolean;
  /** One client in a line of CLIENT LIST, its newline included. */
  describe(client: Client): string;
  /** A line for each client that passes: oldest first, or in the order of `ids`. */
  list(filter: ClientFilter): string;
  /**
   * Closes the clients that pass, without what they are still owed; the one being served gets its replies.
   * @returns how many
   */
  kill(filter: ClientFilter): number;
  /** The client being served gets its replies so far, and nothing of it runs any more. */
  closeAfterReply(client: Client): void;
  /** The client speaks this protocol from here on. @param resp 2 or 3 */
  speak(client: Client, resp: number): void;
  /** Everything a connection can be told is forgotten, as if it were fresh: RESET. */
  reset(client: Client): void;
  /** Holds back the commands of all clients for a while, or only those that may write. */
  pause(timeoutMs: number, what: 'all' | 'writes'): void;
  unpause(): void;
}
