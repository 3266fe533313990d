/**
 * A worker thread with a reactor of its own: it listens on the port it is given, beside other threads'
 * listeners, answers each line with `worker`, and signals the eventfd of the thread that started it for
 * each connection. It ends when it is told to.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { Recorder } from './recorder.js';

const reactor = await Reactor.create();
const reply = Buffer.from('worker');
reactor.listen(
  { host: '127.0.0.1', port: workerData.port },
  (connection) => {
    const recorder = new Recorder(connection);
    recorder.onOpened = () => reactor.libc.eventfdSignal(workerData.wakeupDescriptor);
    recorder.onReceived = () => connection.write(reply, 0, reply.length);
    return recorder;
  },
  { backlog: 16, reusePort: true },
);
parentPort?.once('message', () => reactor.close());
parentPort?.postMessage('listening');
