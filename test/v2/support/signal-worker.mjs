// A worker thread that signals a descriptor of another thread's reactor, with a libc of its own.
import { workerData } from 'node:worker_threads';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const eventfdWrite = libc.func('eventfd_write', 'int', ['int', 'uint64_t']);
for (let count = 0; count < workerData.count; count++) eventfdWrite(workerData.descriptor, 1);
