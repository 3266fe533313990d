/**
 * An application with a server in a thread. Its main thread knows nothing of januskv.
 *
 *     thread.mjs LIBRARY FRONTEND closes|exits|terminated
 *
 * prints the frontend that served and the thread's exit status.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const [, , library, frontend, end] = process.argv;

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { argv: [library, frontend, end] });
  const exit = once(thread, 'exit');
  const [name] = await once(thread, 'message');
  if (end === 'terminated') await thread.terminate();
  const [status] = await exit;
  console.log(name, status);
} else {
  const { createServer } = (await import(library)).default;
  const server = await createServer({ port: 0, frontend });
  parentPort.postMessage(server.addresses[0].frontend);
  if (end === 'exits') process.exit(3);
  if (end === 'closes') await server.close();
}
