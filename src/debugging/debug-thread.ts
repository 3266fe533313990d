/**
 * The program of a thread that debugs one script on a copy of the data (SCRIPT DEBUG YES). First it loads the snapshot that it is
 * sent; then the script holds it, and what the client sends is waited for. It lives until the server ends it.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import { systemClock } from '../base/clock.js';
import { allCommands } from '../commands/all.js';
import type { DebugChannel } from '../scripting/debugger/channel.js';
import { DebuggedCopy } from '../server/scripting/debugged-copy.js';
import type { DebugThreadData, DebugThreadMessage } from './debug-threads.js';

assert(parentPort !== null, 'this is the program of a thread');
const server: MessagePort = parentPort;
const { request, input, wakeups }: DebugThreadData = workerData;

function tell(message: DebugThreadMessage): void {
  server.postMessage(message);
}

const channel: DebugChannel = {
  read() {
    for (;;) {
      const seen = Atomics.load(wakeups, 0);
      const received: { readonly message: Uint8Array } | undefined = receiveMessageOnPort(input);
      if (received !== undefined) return Buffer.from(received.message);
      Atomics.wait(wakeups, 0, seen);
    }
  },
  write(bytes) {
    tell({ kind: 'said', bytes: new Uint8Array(bytes) });
  },
};

const copy = new DebuggedCopy(request, {
  declarations: allCommands,
  clock: systemClock,
  channel,
  log: (level, message) => tell({ kind: 'logged', level, message }),
  internalError: (error) => tell({ kind: 'broken', error }),
});

server.on('message', (piece: Uint8Array) => {
  const isWhole = copy.load(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  tell({ kind: 'loaded', byteLength: piece.byteLength });
  if (!isWhole) return;
  copy.run();
  tell({ kind: 'ended' });
});
