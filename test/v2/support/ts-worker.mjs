// Starts a worker thread in TypeScript: Node 20 takes no loader for a worker's own file.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.script);
