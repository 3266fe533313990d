/**
 * A process that has a server, and nothing else that keeps it.
 *
 *     lifetime.mjs LIBRARY FRONTEND close|unref|ref
 *
 * prints that a second one could not have its port, what the first replied, and `still here` if the server kept the process until it was shut down.
 */
import { connect } from 'node:net';

const [, , library, frontend, end] = process.argv;
const { createServer } = (await import(library)).default;

const server = await createServer({ port: 0, frontend });
await createServer({ port: server.port, frontend }).catch(() => console.log('taken'));
const idle = connect(server.port, '127.0.0.1');
idle.unref();
const client = connect(server.port, '127.0.0.1', () => client.write('PING\r\n'));
client.once('data', (reply) => {
  console.log(reply.toString('latin1', 1, 5));
  client.end();
  if (end === 'close') server.close(0);
  else server.unref();
  if (end === 'ref') {
    server.ref();
    setTimeout(() => {
      console.log('still here');
      server.close(0);
    }, 200).unref();
  }
});
