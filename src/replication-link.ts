/**
 * The way to another server, to follow it or to move keys to it: a socket of Node's. januskv opens no other connections by
 * itself. They are no frontend's, and belong to the composition root, like the files (server/persistence/node-disk.ts).
 */
import { lookup } from 'node:dns';
import { isIP, Socket } from 'node:net';
import type { Connect } from './server/replication/link.js';

function shownAddress(host: string | undefined, port: number | undefined): string {
  if (host === undefined || port === undefined) return '';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export const connectOverTcp: Connect = (host, port, handler, sourceAddress = '') => {
  let isClosed = false;
  const open = (localAddress?: string): Socket => {
    const opened = new Socket().setNoDelay(true);
    let failure: NodeJS.ErrnoException | null = null;
    opened.on('connect', () => handler.connected());
    opened.on('data', (bytes: Buffer) => handler.received(bytes));
    opened.on('drain', () => handler.drained?.());
    opened.on('error', (error) => {
      failure = error;
    });
    opened.on('close', () => {
      // As Redis does: better from another address than not at all.
      if (failure?.syscall === 'bind' && localAddress !== undefined && !isClosed) socket = open();
      else handler.closed(failure);
    });
    if (localAddress === undefined || isIP(localAddress) !== 0) {
      opened.connect({ host, port, localAddress });
    } else {
      lookup(localAddress, (error, address) => {
        if (error !== null) opened.destroy(error);
        else if (!opened.destroyed) opened.connect({ host, port, localAddress: address });
      });
    }
    return opened;
  };
  let socket = open(sourceAddress === '' ? undefined : sourceAddress);
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
      isClosed = true;
      socket.destroy();
    },
  };
};
