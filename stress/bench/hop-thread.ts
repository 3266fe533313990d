/** The other thread of the hop: it sends back as many records as it got, until it has had them all. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadLibc } from '../../src/native/libc.js';
import { HopSide } from './hop-side.js';

const { input, output, count, mainWakeup } = workerData;
const side = new HopSide(await loadLibc(), input, output);
parentPort?.postMessage(side.wakeup);
for (let received = 0; received < count; ) {
  const came = side.receive();
  received += came;
  side.send(came, mainWakeup);
}
