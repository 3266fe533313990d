/**
 * The way to another server, to follow it or to move keys to it: a socket of Node's. januskv opens no other connections by
 * itself. They are no frontend's, and belong to the composition root, like the files (server/persistence/node-disk.ts).
 */
import { connect as connectSocket } from 'node:net';
import type { Connect } from './server/replication/link.js';

function shownAddress(host: string | undefined, port: number | undefined): string {
  if (host === undefined || port === undefined) return '';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export const connectOverTcp: Connect = (host, port, handler) => {
  const socket = connectSocket({ host, port, noDelay: true });
  let failure: Error | null = null;
  socket.on('connect', () => handler.connected());
  socket.on('data', (bytes: Buffer) => handler.received(bytes));
  socket.on('drain', () => handler.drained?.());
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => handler.closed(failure));
  return {
    get peerAddress() {
      return shownAddress(socket.remoteAddress, socket.remotePort);
    },
    get localAddress() {
      return shownAddress(socket.localAddress, socket.localPort);
    },
    get pendingBytes() {
      return socket.writableLength;
    },
    write: (bytes) => {
      socket.write(bytes);
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    close: () => {
      socket.destroy();
    },
  };
};
