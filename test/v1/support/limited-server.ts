/**
 * A process of its own, started with few descriptors: a line server that answers every line with itself. It
 * prints its port, and ends when stdin does.
 */
import { createFrontend } from '../../../v1/frontend.js';
import { LineServer } from '../../v2/support/line-server.js';

const frontend = createFrontend(new LineServer());
const { port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 4096);
process.stdout.write(`${port}\n`);
process.stdin.on('end', () => frontend.close(0)).resume();
