/** januskv behind real sockets, in this process, on a free port. */
import { type CreateServerOptions, createServer } from '../../src/index.js';
import { connect, type SocketClient } from './socket-client.js';

export type FrontendName = 'v1' | 'v2';

/** The frontends that run on this platform. */
export const FRONTENDS: readonly FrontendName[] = process.platform === 'linux' ? ['v1', 'v2'] : ['v1'];

export interface TestServer {
  readonly port: number;
  readonly ports: readonly number[];
  /** A new connection. */
  connect(): Promise<SocketClient>;
  /** Drops what clients still have open: tests that end well have closed them. */
  stop(deadlineMs?: number): Promise<void>;
}

/** Troubles that the server reports are bugs here: `stop` throws the first. */
export async function startServer(options: CreateServerOptions): Promise<TestServer> {
  const troubles: unknown[] = [];
  const port = options.listen === undefined && options.path === undefined ? 0 : undefined;
  const server = await createServer({ port, report: (trouble) => troubles.push(trouble), ...options });
  return {
    port: server.port,
    ports: server.addresses.map((address) => address.port),
    connect: () => connect(server.port),
    stop: async (deadlineMs = 0) => {
      await server.close(deadlineMs);
      if (troubles.length > 0) throw troubles[0];
    },
  };
}
