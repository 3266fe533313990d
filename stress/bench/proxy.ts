/**
 * CPU of the proxy per operation, as a ratio to HAProxy's, with nginx beside them: each hands redis-benchmark on to the
 * same redis-server, with one thread on a core of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Contender, chooseContenders } from '../run/contenders.js';
import { HOST, ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { costTable } from './cost-table.js';
import type { BenchmarkLoad } from './redis-benchmark.js';
import { answersWith, withSisters } from './sister-servers.js';

const LOADS: readonly [clients: number, pipeline: number, operations: number][] = [
  [50, 1, 150_000],
  [50, 16, 1_500_000],
  [1000, 1, 150_000],
];
const RATIO_GOAL = 1.2;
/** HAProxy wants two descriptors for each, and does not start without. */
const MAX_CLIENTS = 4_000;

/** Where Debian, and others, have what nginx hands TCP on with; it may also be built in. */
const NGINX_STREAM = [
  '/usr/lib/nginx/modules/ngx_stream_module.so',
  '/usr/lib64/nginx/modules/ngx_stream_module.so',
];

export const proxy: Bench = {
  name: 'proxy',
  summary: "CPU per operation of januskv proxy as a ratio to HAProxy's, redis-benchmark behind it",
  wantsOthers: true,
  async run(context: BenchContext): Promise<BenchResult> {
    const [redis] = chooseContenders(['redis'], []);
    const cores = context.pinning.loadCores;
    const backend = await ServerProcess.start(redis, {
      cores,
      maxClients: MAX_CLIENTS,
      probeResolutionMs: null,
    });
    try {
      const contenders = contendersBefore(backend.port);
      const answers = answersWith('PING\r\n', '+PONG');
      return await withSisters(context, contenders, answers, (servers) => measure(context, servers));
    } finally {
      await backend.stop();
    }
  },
};

/** The reference comes last. @throws Error when it is not installed */
function contendersBefore(port: number): Contender[] {
  if (spawnSync('haproxy', ['-v']).status !== 0) throw new Error('the bench proxy needs haproxy');
  const januskv = {
    name: 'januskv',
    command: withFile(januskvConfig(port), '"{node}" "{root}/dist/cli.js" proxy -config config -loglevel 3'),
  };
  const haproxy = { name: 'haproxy', command: withFile(haproxyConfig(port), 'haproxy -f config -db') };
  if (spawnSync('nginx', ['-v']).status !== 0) return [januskv, haproxy];
  const nginx = { name: 'nginx', command: withFile(nginxConfig(port), 'nginx -p . -c config') };
  return [januskv, nginx, haproxy];
}

/** A command for a contender, run in a folder of its own, where `config` is a file with this text. */
function withFile(text: string, command: string): string {
  return `sh -c 'cat > config && exec "$@" </dev/null' sh ${command} <<'END'\n${text}END\n`;
}

const januskvConfig = (port: number): string =>
  `{ "Apps": [{ "Name": "redis", "Host": "${HOST}", "Ports": [{port}], "Targets": ["${HOST}:${port}"] }] }\n`;

const haproxyConfig = (port: number): string => `global
  maxconn ${MAX_CLIENTS}
  nbthread 1
defaults
  mode tcp
  timeout connect 3s
  timeout client 1h
  timeout server 1h
frontend front
  bind ${HOST}:{port} backlog 4096
  default_backend redis
backend redis
  balance leastconn
  server one ${HOST}:${port} check inter 2s
`;

function nginxConfig(port: number): string {
  const stream = NGINX_STREAM.find((path) => existsSync(path));
  return `${stream === undefined ? '' : `load_module ${stream};`}
daemon off;
pid pid;
error_log stderr error;
worker_processes 1;
events { worker_connections ${2 * MAX_CLIENTS}; }
stream {
  server {
    listen ${HOST}:{port} backlog=4096;
    proxy_pass ${HOST}:${port};
    proxy_timeout 1h;
  }
}
`;
}

async function measure(context: BenchContext, servers: readonly ServerProcess[]): Promise<BenchResult> {
  const loads = loadsOf(context);
  return {
    title: "a proxy's CPU per operation, and its ratio to HAProxy's (median, worst round)",
    ...(await costTable(context, servers, loads)),
    goals: loads.map(({ name }) => ({ figure: `januskv ${name}`, atMost: RATIO_GOAL })),
  };
}

function loadsOf(context: BenchContext): BenchmarkLoad[] {
  return LOADS.map(([clients, pipeline, operations]) => ({
    name: `c${clients} P${pipeline}`,
    clients,
    pipeline,
    operations: Math.ceil(operations * context.scale),
    words: ['-t', 'get', '-r', '100000', '-d', '3'],
  }));
}
