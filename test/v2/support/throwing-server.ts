/** A process whose server has a bug: it throws from `receive`. It prints its port. */
import { createFrontend } from '../../../v2/frontend.js';
import { LineServer } from './line-server.js';

const server = new LineServer();
server.answer = () => {
  throw new Error('a bug in the server');
};
const { port } = await createFrontend(server).listen({ host: '127.0.0.1', port: 0 }, 16);
process.stdout.write(`${port}\n`);
