/** What stands behind the session of a master's stream: nobody gets its replies. */
import type { Transport } from '../frontend.js';
import type { Master } from './master.js';

export const masterTransport = (master: Master): Transport => ({
  get peerAddress() {
    return master.link?.peerAddress || `${master.address}:${master.port}`;
  },
  get localAddress() {
    return master.link?.localAddress ?? '';
  },
  descriptor: -1,
  pendingBytes: 0,
  write() {},
  pause() {},
  resume: () => master.resume(),
  close: () => master.dropConnection(),
});
