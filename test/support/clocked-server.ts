/**
 * A server behind real sockets whose clock moves only when told to, in this process: timeouts without waiting. Nothing
 * ticks but the test.
 */
import { ManualClock } from '../../src/base/clock.js';
import { allCommands } from '../../src/commands/all.js';
import type { Declaration } from '../../src/commands/define.js';
import { Config, type Settings } from '../../src/server/config/config.js';
import type { Frontend } from '../../src/server/frontend.js';
import { JanusServer } from '../../src/server/server.js';
import type { ServerOptions } from '../../src/server/server-options.js';
import { createFrontend as createNetFrontend } from '../../v1/frontend.js';
import type { FrontendName } from './running-server.js';
import { connect, type SocketClient } from './socket-client.js';

export interface ClockedServer {
  readonly server: JanusServer;
  readonly clock: ManualClock;
  connect(): Promise<SocketClient>;
  /** Time passes, and what is due then is done. */
  pass(ms: number): void;
  /** Drops every connection. */
  stop(): Promise<void>;
}

export interface ClockedServerOptions extends Pick<ServerOptions, 'internalError'> {
  readonly settings?: Settings;
  /** Commands of the test's own. */
  readonly planted?: readonly Declaration[];
}

export async function startClocked(
  frontendName: FrontendName,
  { settings = {}, planted = [], internalError = rethrow }: ClockedServerOptions = {},
): Promise<ClockedServer> {
  const clock = new ManualClock();
  const server = new JanusServer({
    declarations: [...allCommands, ...planted],
    config: new Config({ save: '', ...settings }),
    clock,
    internalError,
  });
  const frontend = await frontendOf(frontendName, server);
  const { port } = await frontend.listen({ host: '127.0.0.1', port: 0 }, 1024);
  const clients: SocketClient[] = [];
  return {
    server,
    clock,
    async connect() {
      const client = await connect(port);
      clients.push(client);
      return client;
    },
    pass(ms) {
      clock.advance(ms);
      server.tick();
    },
    async stop() {
      for (const { socket } of clients) socket.destroy();
      await frontend.close(0);
    },
  };
}

async function frontendOf(name: FrontendName, server: JanusServer): Promise<Frontend> {
  if (name === 'v1') return createNetFrontend(server);
  // Loaded only where it runs.
  const { createFrontend } = await import('../../v2/frontend.js');
  return createFrontend(server);
}

function rethrow(error: unknown): never {
  throw error;
}
