/** `januskv proxy`: what it is called with. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.js';
import { integerIn, readArguments, refuseMore, UsageError } from '../program/arguments.js';
import { listenAddress } from '../program/listen-address.js';
import type { Program, RunningProgram } from '../program/program.js';
import { formatAddress } from '../reactor/socket-name.js';
import { ConfigMistakes, type ProxyConfig, parseConfig } from './config.js';
import { HttpResponder, type Route } from './http-responder.js';
import { ERROR, Log } from './log.js';
import { startProfiler } from './profiler.js';
import { ProxyServer } from './proxy-server.js';

const HELP = `Usage: januskv proxy -config FILE [options]

Hands TCP connections on to the backend that has the fewest, and to another when that doesn't take them.

  -config FILE          JSON; SIGHUP reads it again:
                        { "Apps": [{ "Name": "cache", "Ports": [5001], "Targets": ["127.0.0.1:6379"] }] }
                        and for each app, if wanted: "Host": "0.0.0.0", "SendProxy": false (PROXY protocol v2),
                        "ConnectTimeoutMs": 3000, "IdleTimeoutMs": 3600000 (0: for ever), "HealthIntervalMs": 2000
                        (0: no checks), "HealthSend": "PING\\r\\n", "HealthExpect": "+PONG" (only who replies so is up);
                        beside "Apps", "DrainTimeoutMs": 10000
  -status ADDRESS       the state of every backend as JSON over HTTP: [host:]port
  -loglevel 6           0 to 7, as syslog's: 3 errors, 4 warnings, 5 what changes, 7 every connection
  -pprof                Node's inspector, and CPU profiles on /debug/pprof/profile?seconds=10
  -pprofaddress 127.0.0.1:6060
  --help
`;

const OPTIONS = {
  config: { type: 'string' },
  status: { type: 'string' },
  loglevel: { type: 'string', default: '6' },
  pprof: { type: 'boolean', default: false },
  pprofaddress: { type: 'string', default: '127.0.0.1:6060' },
} as const;

const LOG_LEVEL_MAX = 7;

export const proxy: Program = { name: 'proxy', help: HELP, start };

async function start(words: readonly string[]): Promise<RunningProgram> {
  const { values, positionals } = readArguments(words, OPTIONS);
  refuseMore(positionals);
  const file = values.config;
  if (file === undefined) throw new UsageError('-config FILE is missing');
  const level = integerIn('-loglevel', values.loglevel, 0, LOG_LEVEL_MAX);
  const log = new Log(level, systemClock, (line) => process.stderr.write(line));
  const statusAddress = values.status === undefined ? null : await addressOf('-status', values.status);
  const profileAddress = values.pprof ? await addressOf('-pprofaddress', values.pprofaddress) : null;
  const server = await ProxyServer.start(readConfig(file), { clock: systemClock, log });
  const more = [
    ...respond(server, 'status', statusAddress, () => statusRoute(server)),
    ...respond(server, 'profiles', profileAddress, startProfiler),
  ];
  return {
    greeting: [`proxy: ${file}`, ...more, `pid ${process.pid}`].join(', '),
    ended: server.ended,
    stop: () => server.stop(),
    reload: () => reload(server, file, log),
  };
}

/** @throws UsageError with each mistake and its path */
function readConfig(file: string): ProxyConfig {
  try {
    return parseConfig(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof ConfigMistakes) throw new UsageError(`${file}\n${error.message}`);
    if (error instanceof Error && 'code' in error) throw new UsageError(`-config: ${error.message}`);
    throw error;
  }
}

/** A configuration with mistakes changes nothing. */
function reload(server: ProxyServer, file: string, log: Log): void {
  try {
    void server.reconfigure(readConfig(file));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log.add(ERROR, `not configured anew: ${error.message.replaceAll('\n', '; ')}`);
  }
}

function statusRoute(server: ProxyServer): Route {
  return (path) => {
    if (path !== '/' && path !== '/status') return null;
    return { status: 200, type: 'application/json', body: `${JSON.stringify(server.status())}\n` };
  };
}

type Address = Awaited<ReturnType<typeof listenAddress>>;

/** @returns what to say of it, if anything */
function respond(server: ProxyServer, what: string, address: Address | null, route: () => Route): string[] {
  if (address === null) return [];
  const responder = new HttpResponder(server.reactor, server.clock, address, route());
  return [`${what} on http://${formatAddress(responder.address)}/`];
}

/** `host:port`, `:port` or `port`. */
async function addressOf(name: string, text: string): Promise<Address> {
  const match = /^(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(text);
  if (match === null) throw new UsageError(`${name}: '${text}' is not [host:]port`);
  return listenAddress(match[1] || '127.0.0.1', integerIn(name, match[2], 0, 65_535));
}
