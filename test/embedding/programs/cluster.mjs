/**
 * An application of node:cluster: two workers with a server each, and with data of its own, at `port: 0`.
 *
 *     cluster.mjs LIBRARY FRONTEND
 *
 * prints how many ports they have.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';

const [, , library, frontend] = process.argv;

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  const ports = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  console.log(new Set(ports).size);
  await Promise.all(
    workers.map((worker) => {
      worker.disconnect();
      return once(worker, 'exit');
    }),
  );
} else {
  const { createServer } = (await import(library)).default;
  const server = await createServer({ port: 0, frontend });
  process.send(server.port);
  process.once('disconnect', () => server.close());
}
