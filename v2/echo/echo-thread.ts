/**
 * A thread of the echo server: one listener beside the others' on the same port. It says when it listens and with
 * which descriptor to wake it; woken, it stops, and the thread ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { EchoListener } from './echo-listener.js';

const listener = await EchoListener.start(workerData, (trouble) => {
  parentPort?.postMessage({ trouble: trouble.message });
});
parentPort?.postMessage({ wakeupDescriptor: listener.wakeupDescriptor });
