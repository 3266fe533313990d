/** The transport of a session that no connection stands behind: what is written to it is nobody's. */
import type { Transport } from './frontend.js';

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
