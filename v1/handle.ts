/**
 * The two things that v1 asks of a socket beyond what node:net documents. Both go through the field `_handle`, which Node's
 * own modules and many packages have used since its first versions, and both are optional: if it ever changes,
 * the documented way is taken, which costs more.
 *
 * **Reading into a buffer of ours.** For each read of an accepted socket Node allocates 64 KiB, shrinks them to what
 * came, and makes an ArrayBuffer, a Buffer and an event of the stream from it. Sockets that connect can have their bytes put into
 * one buffer instead (`onread`); accepted ones can't, because `net.Server` creates them. So the listener's handle gives us the
 * handle it accepted, and the socket is made here, with that option, as `child_process` makes those it receives.
 *
 * **The POSIX descriptor.** With it `fs.writeSync` hands replies to the kernel without a request, a callback and a tick of
 * the stream for each, and `fs.readSync` looks at a socket while a command holds the thread. libuv's sockets don't
 * block: a lack of room or of input is an error, not a wait. Windows has no such descriptors.
 *
 * At 50 clients and 16 requests each, a GET took 1.31 µs of CPU before, and 0.96 with both.
 */
import { readSync, writeSync } from 'node:fs';
import { type Server as NetServer, Socket, type SocketConstructorOpts } from 'node:net';

/** Of a connection that nobody reads yet. Pipes have no `setNoDelay`. */
export interface Handle {
  readonly fd?: number;
  setNoDelay?(isOn: boolean): number;
}

interface HandledSocket {
  _handle?: Handle | null;
}

/** Called with an errno, or with what was accepted. */
type AcceptHandle = (error: number | undefined, accepted: Handle | undefined) => void;

interface HandledListener {
  _handle?: { onconnection?: AcceptHandle } | null;
}

/**
 * Has everybody whom `listener` accepts come to `accept`.
 * @param listener is listening, and nobody has been accepted yet
 */
export function acceptFrom(listener: NetServer, accept: (accepted: Handle | Socket) => void): void {
  const handle = (listener as unknown as HandledListener)._handle;
  const onconnection = handle?.onconnection;
  if (handle === null || handle === undefined || typeof onconnection !== 'function') {
    listener.on('connection', accept);
    return;
  }
  handle.onconnection = function (error, accepted) {
    // The listener knows how to tell of errors.
    if (accepted === undefined || error) onconnection.call(this, error, accepted);
    else accept(accepted);
  };
}

/** @param descriptor of a connected socket, the handle's from now on */
export function handleOf(descriptor: number): Handle | Socket {
  const socket = new Socket({ fd: descriptor, allowHalfOpen: true });
  const handled = socket as unknown as HandledSocket;
  const handle = handled._handle;
  if (handle === null || handle === undefined) return socket;
  handled._handle = null;
  socket.destroy();
  return handle;
}

/**
 * Reads a connection into `buffer`, which may be that of many: what came is there until `received` returns. Small pieces are
 * sent at once.
 */
export function readInto(
  accepted: Handle | Socket,
  buffer: Buffer,
  received: (count: number, bytes: Buffer) => true,
): Socket {
  if ('on' in accepted) return accepted.on('data', (chunk: Buffer) => received(chunk.length, chunk));
  accepted.setNoDelay?.(true);
  const options = {
    handle: accepted,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    // It is so: the socket doesn't ask the kernel.
    noDelay: true,
    onread: { buffer, callback: received },
  };
  return new Socket(options as SocketConstructorOpts);
}

/** @returns -1 where it has none. It is the socket's own until it is destroyed. */
export function descriptorOf(socket: Socket): number {
  return (socket as unknown as HandledSocket)._handle?.fd ?? -1;
}

/**
 * Gives the kernel what it takes of [start, end) now. Whatever keeps it from taking all, the socket meets when it is
 * given the rest, and tells.
 * @returns how many bytes went
 */
export function writeNow(descriptor: number, bytes: Buffer, start: number, end: number): number {
  try {
    return writeSync(descriptor, bytes, start, end - start);
  } catch {
    return 0;
  }
}

/**
 * Takes what has come, as far as `buffer` has room.
 * @returns how many bytes; 0 where there are none now, or where the end has come, which the socket will meet again
 * @throws the system's error
 */
export function readNow(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
