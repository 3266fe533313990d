/** The transport of a session without a connection: what is written to it is dropped. */
import type { Transport } from '../frontend.js';

export const noTransport: Transport = {
  peerAddress: '',
  localAddress: '',
  descriptor: -1,
  pendingBytes: 0,
  write() {},
  pause() {},
  resume() {},
  close() {},
};
