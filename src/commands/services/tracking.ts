/** Client-side caching: telling clients which of the keys that they read have changed. Implemented by the server. */
import type { Client } from './client.js';

export interface TrackingOptions {
  /** Messages go to this client; 0 for the client itself. */
  readonly redirect: number;
  /** Of all keys, or of those that begin with a prefix, whoever read them. */
  readonly broadcasts: boolean;
  /** Byte strings (latin1). */
  readonly prefixes: readonly string[];
  /** Keys are remembered only after CLIENT CACHING YES. */
  readonly optIn: boolean;
  /** Keys are remembered unless CLIENT CACHING NO came before. */
  readonly optOut: boolean;
  /** What the client changes itself it isn't told. */
  readonly skipsOwn: boolean;
}

/** How a client is tracked; it changes with CLIENT CACHING and when its messages can't be delivered. */
export interface TrackingState extends TrackingOptions {
  /** CLIENT CACHING was called, and the next command wasn't yet. */
  readonly isCachingSet: boolean;
  /** The client that messages should go to is gone. */
  readonly isRedirectBroken: boolean;
}

export interface Tracking {
  /** Null while the client isn't tracked. */
  stateOf(client: Client): TrackingState | null;
  /** Starts, or changes how; prefixes are added to those that there are. */
  start(client: Client, options: TrackingOptions): void;
  stop(client: Client): void;
  /** CLIENT CACHING, for the next command. */
  setCaching(client: Client): void;
}
