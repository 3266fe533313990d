/** The life of the server as a whole. Implemented by the server. */
import type { ShutdownRequest } from './persistence.js';

export interface Lifecycle {
  /**
   * The server is to stop: clients get the replies they are owed, then the program that embeds the server
   * closes it.
   * @returns false when the data can't be saved, or that program left nobody to ask
   */
  shutdown(request: ShutdownRequest): boolean;
}
