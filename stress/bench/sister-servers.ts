/** Processes beside the key-value servers, for benches that compare them: each is started as a contender is. */
import { connect } from 'node:net';
import type { Contender } from '../run/contenders.js';
import { HOST, ServerProcess } from '../run/server-process.js';
import type { BenchContext } from './bench.js';

const MAX_CLIENTS = 12_000;

/** The reference comes last. They end whatever happens. */
export async function withSisters<T>(
  context: BenchContext,
  contenders: readonly Contender[],
  answers: (port: number) => Promise<boolean>,
  act: (servers: readonly ServerProcess[]) => Promise<T>,
): Promise<T> {
  const servers: ServerProcess[] = [];
  try {
    const cores = context.pinning.serverCores;
    for (const contender of contenders) {
      const options = { cores, maxClients: MAX_CLIENTS, probeResolutionMs: null, answers };
      servers.push(await ServerProcess.start(contender, options));
    }
    return await act(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Whether what is sent comes back and begins with `expected`. */
export function answersWith(request: string, expected: string): (port: number) => Promise<boolean> {
  return (port) =>
    new Promise((resolve) => {
      const socket = connect({ host: HOST, port });
      const finish = (isUp: boolean): void => {
        socket.destroy();
        resolve(isUp);
      };
      socket.on('connect', () => socket.write(request));
      socket.on('data', (reply) => finish(reply.toString('latin1').startsWith(expected)));
      // Nobody listens yet, or it is about to end: the caller's deadline decides.
      socket.on('error', () => finish(false));
      socket.on('end', () => finish(false));
    });
}
