/**
 * A process of its own, started with few descriptors: a line server that answers `counters` with its
 * frontend's counters, and everything else with itself. It prints its port, and ends when stdin does.
 */
import { createFrontend } from '../../../v2/frontend.js';
import { LineServer } from './line-server.js';

const server = new LineServer();
const reports: string[] = [];
const frontend = createFrontend(server, { report: (trouble) => reports.push(trouble.message) });
server.answer = (session, bytes, start, end) => {
  const isQuestion = bytes.toString('latin1', start, end) === 'counters\n';
  const reply = isQuestion ? JSON.stringify({ ...frontend.counters, reports }) : 'served';
  session.transport.write(Buffer.from(`${reply}\n`), 0, reply.length + 1);
};
const { port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 4096);
process.stdout.write(`${port}\n`);
process.stdin.on('end', () => frontend.close(0)).resume();
