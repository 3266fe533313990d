/** INFO server: which program this is, where it runs, and how it is reached. */
import { JANUSKV_VERSION, REDIS_VERSION } from '../../base/version.js';
import type { JanusServer } from '../server.js';
import type { InfoSection } from './information.js';

const SECONDS_PER_DAY = 86_400;
/** Redis' LRU clock: seconds in 24 bits. */
const LRU_CLOCK_MASK = 0xffffff;

/** What only the composition root knows. It fills this in before clients come. */
export interface ServerIdentity {
  /** Absolute path; empty without one. */
  configFile: string;
  /** What waits for connections: `epoll`, `libuv`. */
  multiplexingApi: string;
  /** Whom the process tells when it serves: `systemd`, `upstart`, `no`. */
  supervisor: string;
  readonly listeners: { readonly name: 'tcp' | 'unix'; readonly bind: string; readonly port: number }[];
}

export const serverSection = (server: JanusServer): InfoSection => ({
  name: 'server',
  title: 'Server',
  isDefault: true,
  *fields() {
    const { process, clock, introspection } = server;
    const { identity, runId, startedMs } = introspection;
    const wallMs = clock.wallMs();
    const uptimeSeconds = Math.max(0, Math.floor((wallMs - startedMs) / 1000));
    const tcp = identity.listeners.find(({ name }) => name === 'tcp');
    yield ['redis_version', REDIS_VERSION];
    yield ['redis_git_sha1', '00000000'];
    yield ['redis_git_dirty', 0];
    yield ['redis_build_id', '0'];
    yield ['redis_mode', 'standalone'];
    yield ['januskv_version', JANUSKV_VERSION];
    yield ['os', process.operatingSystem];
    yield ['arch_bits', process.wordBits];
    yield ['monotonic_clock', 'performance.now'];
    yield ['multiplexing_api', identity.multiplexingApi];
    yield ['atomicvar_api', 'js-atomics'];
    // As redis-server says that no gcc has compiled it.
    yield ['gcc_version', '0.0.0'];
    yield ['runtime', process.runtime];
    yield ['process_id', process.pid];
    yield ['process_supervised', identity.supervisor];
    yield ['run_id', runId];
    yield ['tcp_port', tcp?.port ?? 0];
    yield ['server_time_usec', Math.floor(server.time.wallUs())];
    yield ['uptime_in_seconds', uptimeSeconds];
    yield ['uptime_in_days', Math.floor(uptimeSeconds / SECONDS_PER_DAY)];
    yield ['hz', server.frequency.hz];
    yield ['configured_hz', server.config.get('hz')];
    yield ['lru_clock', Math.floor(wallMs / 1000) & LRU_CLOCK_MASK];
    yield ['executable', process.executable];
    yield ['config_file', identity.configFile];
    yield ['io_threads_active', 0];
    const { restMs } = server.shutdown;
    if (restMs !== null) yield ['shutdown_in_milliseconds', restMs];
    yield* listeners(identity);
  },
});

/** A line for each port with all of its addresses, and for each path. */
function* listeners({ listeners }: ServerIdentity): Iterable<[string, string]> {
  const addresses = new Map<string, string[]>();
  for (const { name, bind, port } of listeners) {
    const kind = name === 'tcp' ? `tcp ${port}` : `unix ${bind}`;
    addresses.set(kind, [...(addresses.get(kind) ?? []), `bind=${bind}`]);
  }
  for (const [index, [kind, binds]] of [...addresses].entries()) {
    const port = kind.startsWith('tcp ') ? [`port=${kind.slice(4)}`] : [];
    yield [`listener${index}`, [`name=${kind.split(' ', 1)[0]}`, ...binds, ...port].join(',')];
  }
}
