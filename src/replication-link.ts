/**
 * The way to a server that this one follows: a socket of Node's. The one connection that januskv opens by itself, and so no
 * frontend's; it belongs to the composition root, like the files (server/persistence/node-disk.ts).
 */
import { connect as connectSocket } from 'node:net';
import type { Connect } from './server/replication/link.js';

export const connectOverTcp: Connect = (host, port, handler) => {
  const socket = connectSocket({ host, port, noDelay: true });
  let failure: Error | null = null;
  socket.on('connect', () => handler.connected());
  socket.on('data', (bytes: Buffer) => handler.received(bytes));
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => handler.closed(failure));
  return {
    write: (bytes) => {
      socket.write(bytes);
    },
    close: () => {
      socket.destroy();
    },
  };
};
