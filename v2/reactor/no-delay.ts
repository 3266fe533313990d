/** Of a TCP socket: whether small pieces go at once, or wait for others to come with them. */
import { IPPROTO_TCP, TCP_NODELAY } from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';

/** @throws SystemError, for a Unix socket too */
export function setNoDelay(libc: Libc, descriptor: number, isOn: boolean): void {
  libc.setSocketOption(descriptor, IPPROTO_TCP, TCP_NODELAY, isOn ? 1 : 0);
}
