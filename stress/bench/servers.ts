/** Starts the contenders of a bench, all at once on the server's core, and ends them whatever happens. */
import type { Contender } from '../run/contenders.js';
import { ServerProcess } from '../run/server-process.js';
import type { BenchContext } from './bench.js';

/** More than any bench opens. */
const MAX_CLIENTS = 12_000;

/** The reference comes last. */
export async function withServers<T>(
  context: BenchContext,
  act: (servers: readonly ServerProcess[]) => Promise<T>,
): Promise<T> {
  const others = context.contenders.filter((contender) => contender !== context.reference);
  const servers: ServerProcess[] = [];
  try {
    for (const contender of [...others, context.reference])
      servers.push(await startServer(context, contender));
    return await act(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

export function startServer(
  context: BenchContext,
  contender: Contender,
  probeResolutionMs: number | null = null,
): Promise<ServerProcess> {
  const cores = context.pinning.serverCores;
  return ServerProcess.start(contender, { cores, maxClients: MAX_CLIENTS, probeResolutionMs });
}

/** One server after the other, each alone. */
export async function eachAlone<T>(
  context: BenchContext,
  act: (server: ServerProcess) => Promise<T>,
  probeResolutionMs: number | null = null,
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  for (const contender of context.contenders) {
    context.say(contender.name);
    const server = await startServer(context, contender, probeResolutionMs);
    try {
      results.set(contender.name, await act(server));
    } finally {
      await server.stop();
    }
  }
  return results;
}
