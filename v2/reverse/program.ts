/** `januskv reverse`: what it is called with. */
import { systemClock } from '../../src/base/clock.js';
import {
  chosen,
  type Environment,
  integerIn,
  readArguments,
  refuseMore,
  UsageError,
} from '../program/arguments.js';
import { listenAddress } from '../program/listen-address.js';
import type { Program, RunningProgram } from '../program/program.js';
import { formatAddress } from '../reactor/socket-name.js';
import type { FramingName } from './framing.js';
import { ReverseServer } from './reverse-server.js';

const HELP = `Usage: januskv reverse [PORT] [options]

Sends back each message with its bytes in reverse order. Try it: nc 127.0.0.1 8080

  PORT                  8080, or PORT in the environment; 0 for any
  --host 0.0.0.0
  --framing line        what a message is: a line; length: 4 bytes that tell the length of what follows, in network
                        order; chunk: whatever arrives at once
  --maxMessage BYTES    a longer message ends its connection; 1 MiB unless told otherwise
  --timeout MS          an incomplete message ends its connection after so long; 10000 unless told otherwise
  --allow-shutdown      the message 'exit' ends the server; otherwise it ends its connection
  --help
`;

const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Several of them have to fit a ring. */
const MESSAGE_BYTES_LIMIT = 64 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** Of Node's timers. */
const TIMEOUT_MS_LIMIT = 0x7fff_ffff;
const DRAIN_MS = 5_000;

const OPTIONS = {
  host: { type: 'string', default: '0.0.0.0' },
  framing: { type: 'string', default: 'line' },
  maxMessage: { type: 'string', default: String(MESSAGE_BYTES_MAX) },
  timeout: { type: 'string', default: String(TIMEOUT_MS) },
  'allow-shutdown': { type: 'boolean', default: false },
} as const;

export const reverse: Program = { name: 'reverse', help: HELP, start };

async function start(words: readonly string[], environment: Environment): Promise<RunningProgram> {
  const { values, positionals } = readArguments(words, OPTIONS);
  const [word, ...more] = positionals;
  refuseMore(more);
  const port = chosen('PORT', word, 'PORT', environment, '8080');
  const server = await ReverseServer.start({
    address: await listenAddress(values.host, integerIn(port.name, port.text, 0, 65_535)),
    framing: framingOf(values.framing),
    messageBytesMax: integerIn('--maxMessage', values.maxMessage, 1, MESSAGE_BYTES_LIMIT),
    messageTimeoutMs: integerIn('--timeout', values.timeout, 1, TIMEOUT_MS_LIMIT),
    allowsShutdown: values['allow-shutdown'],
    drainMs: DRAIN_MS,
    trigger: 'edge',
    clock: systemClock,
    report: (trouble) => process.stderr.write(`januskv reverse: ${trouble.message}\n`),
  });
  return {
    greeting: `reverse: ${formatAddress(server.address)}, by ${values.framing}, pid ${process.pid}`,
    ended: server.ended,
    stop: () => server.stop(),
  };
}

function framingOf(text: string): FramingName {
  if (text === 'line' || text === 'length' || text === 'chunk') return text;
  throw new UsageError(`--framing: '${text}' is not line, length or chunk`);
}
