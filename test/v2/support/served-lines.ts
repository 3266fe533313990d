/** A frontend before a line server, and clients of it: made anew for each test, and gone after it. */
import type { Frontend, FrontendOptions } from '../../../src/server/frontend.js';
import { LineServer, type LineSession } from './line-server.js';
import { NetClient } from './net-client.js';

type CreateFrontend = (server: LineServer, options?: FrontendOptions) => Frontend;

export class ServedLines {
  server = new LineServer();
  frontend: Frontend;
  port = 0;
  readonly clients: NetClient[] = [];

  constructor(readonly createFrontend: CreateFrontend) {
    this.frontend = createFrontend(this.server);
  }

  /** Listens on a free port of 127.0.0.1. */
  async start(options: FrontendOptions = {}): Promise<void> {
    this.frontend = this.createFrontend(this.server, options);
    ({ port: this.port } = await this.frontend.listen({ host: '127.0.0.1', port: 0 }, 4096));
  }

  async connect(host = '127.0.0.1'): Promise<NetClient> {
    const client = await NetClient.connect({ port: this.port, host });
    this.clients.push(client);
    return client;
  }

  /** Resolves with the session that the server closes next. */
  nextClose(): Promise<LineSession> {
    return new Promise((resolve) => {
      this.server.onClose = resolve;
    });
  }

  async end(): Promise<void> {
    for (const client of this.clients.splice(0)) client.destroy();
    await this.frontend.close(1000);
  }
}

/** For the suite that calls it. */
export function serveLines(createFrontend: CreateFrontend): ServedLines {
  const served = new ServedLines(createFrontend);
  beforeEach(() => {
    served.server = new LineServer();
    served.frontend = createFrontend(served.server);
  });
  afterEach(() => served.end());
  return served;
}
