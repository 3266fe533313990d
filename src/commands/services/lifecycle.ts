/** The life of the server as a whole. Implemented by the server. */
import type { Argv } from '../argv.js';
import type { Client } from './client.js';
import type { ShutdownRequest } from './persistence.js';

/**
 * ended: clients get the replies they are owed, then the program that embeds the server closes it. waiting: replicas are to
 * get what they lack first. failed: the data can't be saved, or that program left nobody to ask; the server goes on.
 */
export type ShutdownProgress = 'ended' | 'waiting' | 'failed';

export interface Lifecycle {
  /** The server is to stop. */
  shutDown(request: ShutdownRequest): ShutdownProgress;
  /** The client of the request at hand waits for it; its request is run again if it fails. */
  waitForShutdown(argv: Argv): void;
  /** @returns whether the shutdown that this client waited for has failed; once */
  takeFailure(client: Client): boolean;
  /** @returns false when none is waiting */
  abortShutdown(): boolean;
}
