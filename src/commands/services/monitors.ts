/** Clients that watch every request of the server: MONITOR. Implemented by the server. */
import type { Client } from './client.js';

export interface Monitors {
  add(client: Client): void;
}
