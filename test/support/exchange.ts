/** All that a server sends back for some bytes, until it closes: for streams that aren't cut into replies. */
import { connect } from 'node:net';

/** A server that neither answers nor closes is told so by the test's own failure. */
const PATIENCE_MS = 10_000;

/**
 * Sends the chunks, each in a write of its own, ends the sending side, and resolves with every byte that came
 * until the server closed.
 */
export function exchangeBytes(port: number, ...chunks: readonly Buffer[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy(new Error(`no close after ${Buffer.concat(received).toString('latin1')}`));
    });
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    // A server that refuses the rest of a request may reset the connection: what came before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(Buffer.concat(received)));
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
  });
}
