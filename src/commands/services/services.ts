/**
 * The server's services that commands may use, each an interface of its own in this folder. The server
 * implements them; commands never see how.
 */
import type { Limits } from './limits.js';
import type { Observers } from './observers.js';

export interface Services {
  readonly observers: Observers;
  readonly limits: Limits;
}
