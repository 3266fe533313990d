/** Clients that watch every request of the server: MONITOR. Implemented by the server. */
import type { Client } from './client.js';

export interface Monitors {
  /** @returns false when it watches already */
  add(client: Client): boolean;
}
