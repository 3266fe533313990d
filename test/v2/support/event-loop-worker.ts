/** Tells whether this thread's loop is found. */
import { parentPort } from 'node:worker_threads';
import { loadLibc } from '../../../src/native/libc.js';

const libc = await loadLibc();
parentPort?.postMessage(libc.findEventLoop() !== null);
