/**
 * A client as commands see it. The server's session implements it; no command sees more.
 */
import type { Database } from '../../engine/database.js';

export interface Client {
  /** Never reused while the server runs. */
  readonly id: number;
  /** CLIENT SETNAME; empty for none. */
  name: string;
  libraryName: string;
  libraryVersion: string;
  /** Who it authenticated as. */
  readonly userName: string;
  /** It said who it is, or didn't have to when it came. */
  readonly isAuthenticated: boolean;
  /** 2 or 3. */
  resp: number;
  db: Database;
  readonly peerAddress: string;
  readonly localAddress: string;
  readonly createdMs: number;
  /** Counts what was passed on: everything the client wrote is in units up to this one. */
  readonly lastUnit: number;
  /** Eviction of clients (`maxmemory-clients`) passes this one by: CLIENT NO-EVICT. */
  isNoEvict: boolean;
  /** Its reads don't count for LRU and LFU: CLIENT NO-TOUCH. */
  isNoTouch: boolean;
  /** CLIENT REPLY: every reply, none, or all but this command's and the next one's. */
  setReplies(mode: 'on' | 'off' | 'skip'): void;
}
