/** `januskv echo`: what it is called with. */
import { availableParallelism } from 'node:os';
import { chosen, type Environment, integerIn, readArguments, refuseMore } from '../program/arguments.js';
import { listenAddress } from '../program/listen-address.js';
import type { Program, RunningProgram } from '../program/program.js';
import { formatAddress } from '../reactor/socket-name.js';
import { EchoServer } from './echo-server.js';

const HELP = `Usage: januskv echo [options]

Sends back whatever it receives. Try it: nc 127.0.0.1 8080

  --port 8080           PORT in the environment; 0 for any
  --host 0.0.0.0
  --maxListeners N      MAX_LISTENERS in the environment; threads, each with a listener and an epoll instance of
                        its own, that share the port; as many as there are cores unless told otherwise
  --maxPending BYTES    kept for a client that doesn't read what it gets back, before nothing more is received
                        from it; 256 MiB unless told otherwise
  --help
`;

/** Enough for a client that first sends all it has, and reads after that. */
const PENDING_BYTES_MAX = 256 * 1024 * 1024;
const LISTENERS_MAX = 128;
const DRAIN_MS = 5_000;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string', default: '0.0.0.0' },
  maxListeners: { type: 'string' },
  maxPending: { type: 'string', default: String(PENDING_BYTES_MAX) },
} as const;

export const echo: Program = { name: 'echo', help: HELP, start };

async function start(words: readonly string[], environment: Environment): Promise<RunningProgram> {
  const { values, positionals } = readArguments(words, OPTIONS);
  refuseMore(positionals);
  const port = chosen('--port', values.port, 'PORT', environment, '8080');
  const cores = String(Math.min(availableParallelism(), LISTENERS_MAX));
  const threads = chosen('--maxListeners', values.maxListeners, 'MAX_LISTENERS', environment, cores);
  const listeners = integerIn(threads.name, threads.text, 1, LISTENERS_MAX);
  const server = await EchoServer.start({
    address: await listenAddress(values.host, integerIn(port.name, port.text, 0, 65_535)),
    listeners,
    pendingBytesMax: integerIn('--maxPending', values.maxPending, 1, Number.MAX_SAFE_INTEGER),
    drainMs: DRAIN_MS,
    trigger: 'edge',
    report: (trouble) => process.stderr.write(`januskv echo: ${trouble.message}\n`),
  });
  return {
    greeting: `echo: ${formatAddress(server.address)}, ${listeners} listeners, pid ${process.pid}`,
    ended: server.ended,
    stop: () => server.stop(),
  };
}
