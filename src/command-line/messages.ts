/** What the command line prints: texts alone. */
import { JANUSKV_VERSION, REDIS_VERSION } from '../base/version.js';
import type { Bound, RunningServer } from '../index.js';
import type { ConfigLineError } from '../server/config/read-lines.js';
import { NOTICE, WARNING } from '../server/log-levels.js';
import type { ConfigFileUnreadable } from './config-files.js';
import type { EnvironmentMistake } from './environment.js';

/**
 * In redis-server's form: what starts servers for tests and provisions machines reads `v=`, or the first number with a dot, and
 * refuses versions that are too old.
 */
export const versionText = (): string =>
  `Redis server v=${REDIS_VERSION} sha=00000000:0 malloc=januskv-arena bits=64 build=0 januskv=${JANUSKV_VERSION} node=${process.versions.node}`;

export const HELP = `Usage: januskv [/path/to/redis.conf] [--directive value …] [-]
       januskv - (read the configuration from stdin)
       januskv -v or --version
       januskv -h or --help

Directives are redis.conf's, and januskv's own:
       --frontend auto|v1|v2   how connections are served: v2 is epoll, for Linux alone; v1 runs everywhere
       --listen v1:6379        an address and its frontend; may come several times, instead of --port and --bind
       --io-threads N          reactors of v2; MAX_LISTENERS in the environment

Examples:
       januskv (port 6379 on this machine's own addresses)
       januskv --port 7777 --maxmemory 100mb --maxmemory-policy allkeys-lru
       januskv --listen v1:6379 --listen v2:6380
       januskv /etc/redis/redis.conf --requirepass secret
       echo 'maxmemory 128mb' | januskv -
`;

/** In Redis' form, which tools look for. */
export const configLineText = ({ lineNumber, line, reason }: ConfigLineError): string =>
  `
*** FATAL CONFIG FILE ERROR (Redis ${REDIS_VERSION}) ***
Reading the configuration file, at line ${lineNumber}
>>> '${line}'
${reason}
`;

export const configFileText = ({ path, cause }: ConfigFileUnreadable): string =>
  `januskv: can't open config file '${path}': ${cause.message}\n`;

export const environmentText = ({ variable, value, reason }: EnvironmentMistake): string =>
  `januskv: ${variable}='${value}' in the environment: ${reason}\n`;

/** What is logged before anything else. */
export const startLines = (file: string): readonly (readonly [level: number, message: string])[] => [
  [NOTICE, 'oO0OoO0OoO0Oo januskv is starting oO0OoO0OoO0Oo'],
  [
    NOTICE,
    `januskv version=${JANUSKV_VERSION}, Redis version=${REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`,
  ],
  file === ''
    ? [
        WARNING,
        'Warning: no config file specified, using the default config. In order to specify a config file use januskv /path/to/redis.conf',
      ]
    : [NOTICE, 'Configuration loaded'],
];

/** What is logged once the server serves. Tools wait for the last line, people want to know where and how to end it. */
export function readyLines({ addresses, port }: RunningServer): readonly string[] {
  const kinds = new Set(addresses.map(({ path }) => (path === '' ? 'tcp' : 'unix')));
  return [
    `Running mode=standalone, port=${port}.`,
    ...addresses.map((bound) => `Listening on ${addressText(bound)} (${bound.frontend})`),
    `Stop with Ctrl-C, or: kill ${process.pid}`,
    'Server initialized',
    ...[...kinds].map((kind) => `Ready to accept connections ${kind}`),
  ];
}

export function addressText({ host, port, path }: Bound): string {
  if (path !== '') return path;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
