/** The program of an I/O thread. It lives until the engine has told it to drain, and then ends by itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { IoReactor } from './io-reactor.js';

const reactor = await IoReactor.start(workerData);
parentPort?.postMessage(reactor.descriptors);
