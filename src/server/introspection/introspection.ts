/**
 * What a server knows about itself: counters, the slow log, the latency monitor, MONITOR, INFO. No request touches
 * any of it unless it was slow or somebody is watching.
 */
import type { Argv } from '../../commands/argv.js';
import { ADMIN, FAST, SKIP_MONITOR, SKIP_SLOWLOG } from '../../commands/flags.js';
import type { Secrets } from '../../commands/services/secrets.js';
import type { Services } from '../../commands/services/services.js';
import { LiveConfiguration } from '../config/live-configuration.js';
import { SocketMove } from '../config/socket-move.js';
import { clientsSection } from '../info/clients-section.js';
import { commandStatsSection, errorStatsSection, latencyStatsSection } from '../info/command-sections.js';
import { Information } from '../info/information.js';
import { memorySection } from '../info/memory-section.js';
import { persistenceSection } from '../info/persistence-section.js';
import { replicationSection } from '../info/replication-section.js';
import type { ServerIdentity } from '../info/server-section.js';
import { serverSection } from '../info/server-section.js';
import { clusterSection, cpuSection, keyspaceSection, modulesSection } from '../info/small-sections.js';
import { statsSection } from '../info/stats-section.js';
import { newRunId } from '../run-id.js';
import type { JanusServer } from '../server.js';
import type { Session } from '../session.js';
import { ErrorStatistics } from './error-statistics.js';
import { LatencyMonitor } from './latency-monitor.js';
import { MemoryReport } from './memory-report.js';
import { Monitors } from './monitors.js';
import { Rate, Rates } from './rates.js';
import { SlowLog } from './slow-log.js';
import { Traffic } from './traffic.js';

/** Bits of `afterCommandMask`: the parts that see every request. */
const MONITORS = 1 << 0;
/** An argument of the request at hand is secret. */
const REDACTIONS = 1 << 1;

/** Below this many µs a share of a run's time says too little: every command is timed by itself. */
const PRECISE_BELOW_US = 10_000;

export class Introspection implements Secrets {
  readonly traffic = new Traffic();
  readonly errors = new ErrorStatistics();
  readonly slowLog = new SlowLog();
  readonly latency: LatencyMonitor;
  readonly monitors: Monitors;
  readonly memory: MemoryReport;
  readonly information: Information;
  readonly configuration: LiveConfiguration;
  readonly sockets: SocketMove;
  readonly runId = newRunId();
  readonly startedMs: number;
  readonly identity: ServerIdentity = {
    configFile: '',
    multiplexingApi: 'none',
    supervisor: 'no',
    listeners: [],
  };
  /** Time spent in ticks on expiry and freeing, and how often one took all the time it may. */
  tickUs = 0;
  tickOverruns = 0;
  /** Of frontends that have an event loop of their own. */
  loopTurns = 0;
  /** DEBUG PAUSE-CRON. */
  isUpkeepPaused = false;

  readonly rates;
  readonly #sampler: Rates;
  readonly #server: JanusServer;
  readonly #redacted: number[] = [];

  constructor(server: JanusServer) {
    this.#server = server;
    this.startedMs = server.clock.wallMs();
    this.monitors = new Monitors({
      sessions: server.sessions,
      push: (session, bytes, start, end) => server.serving.push(session, bytes, start, end),
      changed: (isAny) => this.#observe(MONITORS, isAny),
    });
    this.latency = new LatencyMonitor(server.statistics);
    this.memory = new MemoryReport(server);
    this.information = new Information(this.#sections(), () => server.time.wallUs());
    this.sockets = new SocketMove(server, server.config);
    this.configuration = new LiveConfiguration(
      server.config,
      this.sockets,
      () => this.reset(),
      // The directory, too: whoever starts it again may be in another one.
      () =>
        new Map([
          ['dir', server.config.lines('dir')],
          ['user', server.access.configLines()],
        ]),
    );
    const { process, statistics } = server;
    const turns = () => this.turns;
    const replicated = () => server.replication.replicas.traffic;
    this.rates = {
      commands: new Rate(() => statistics.total),
      input: new Rate(() => this.traffic.inputBytes + replicated().snapshotBytes),
      output: new Rate(() => this.traffic.outputBytes + replicated().pushedBytes),
      replicationInput: new Rate(() => replicated().inputBytes),
      replicationOutput: new Rate(() => replicated().outputBytes),
      turns: new Rate(turns),
      turnUs: new Rate(process.threadBusyUs, turns),
    };
    this.#sampler = new Rates(Object.values(this.rates), server.clock.monotonicUs());
    this.#applyThresholds();
  }

  /** What commands may use of it. */
  services(): Pick<
    Services,
    'configuration' | 'information' | 'latency' | 'memory' | 'monitors' | 'secrets' | 'slowLog'
  > {
    const { configuration, information, latency, memory, monitors, slowLog } = this;
    return {
      configuration,
      information,
      latency,
      memory,
      monitors,
      secrets: this,
      slowLog,
    };
  }

  /** `slowlog-log-slower-than`: below 0 for never. */
  set slowLogThresholdUs(us: number) {
    this.slowLog.thresholdUs = us;
    this.#applyThresholds();
  }

  /** `latency-monitor-threshold`: 0 for never. */
  set latencyThresholdMs(ms: number) {
    this.latency.thresholdMs = ms;
    this.#applyThresholds();
  }

  /** Argument `index` of the request at hand is secret. */
  redact(index: number): void {
    this.#redacted.push(index);
    this.#observe(REDACTIONS, true);
  }

  /** A request ran that somebody wants to see, or that took long. @param elapsedUs -1: timed with others */
  ran(session: Session, id: number, argv: Argv, elapsedUs: number): void {
    const flags = this.#server.table.flagsOf[id];
    if (elapsedUs >= 0) this.#took(session, flags, argv, elapsedUs);
    // One that waited was shown when it began to.
    if (this.monitors.count > 0 && session.waiter === null) this.#show(session, flags, argv);
    this.#forgetRedacted();
  }

  /** A request began to wait. */
  waits(session: Session, id: number, argv: Argv): void {
    if (this.monitors.count > 0) this.#show(session, this.#server.table.flagsOf[id], argv);
    this.#forgetRedacted();
  }

  /** A request begins to run a script: it is shown before the script's own. */
  scriptBegins(session: Session, argv: Argv): void {
    if (this.monitors.count > 0) this.#show(session, 0, argv);
  }

  /** A refused EXEC ends a transaction all the same, whose MULTI was shown. */
  refusedExec(session: Session, argv: Argv): void {
    if (this.monitors.count > 0) this.#show(session, 0, argv);
  }

  /** Called at every tick. @param elapsedUs that expiry and freeing took, of `budgetUs` */
  tick(nowUs: number, elapsedUs: number, budgetUs: number): void {
    this.tickUs += elapsedUs;
    if (elapsedUs >= budgetUs) this.tickOverruns++;
    this.latency.took('expire-cycle', elapsedUs, this.#server.keyspace.nowMs);
    this.memory.tick();
    this.#sampler.tick(nowUs);
  }

  /** What clients sent, requests included that aren't whole or are being run: traffic counts what was run. */
  get inputBytes(): number {
    let bytes = this.traffic.inputBytes;
    for (const { queryBytes } of this.#server.sessions.values()) bytes += queryBytes;
    return bytes;
  }

  /** Of all event loops that serve. */
  get turns(): number {
    return this.loopTurns + this.#server.process.loopTurns();
  }

  /** How often something came from clients, what is being run included. */
  get reads(): number {
    return this.traffic.reads + (this.#server.serving.batchSession === null ? 0 : 1);
  }

  /** CONFIG RESETSTAT. */
  reset(): void {
    const { access, bufferLimits, clientEviction, statistics, clients, keyspace, memoryLimit, persistence } =
      this.#server;
    statistics.reset();
    access.resetStatistics();
    clientEviction.count = 0;
    memoryLimit.resetStatistics();
    bufferLimits.queryDisconnections = 0;
    bufferLimits.outputDisconnections = 0;
    persistence.rdb.saveCount = 0;
    persistence.aof.rewriting.count = 0;
    this.errors.reset();
    this.traffic.reset();
    this.#server.replication.replicas.traffic.reset();
    // What came before isn't counted when it is run.
    this.traffic.inputBytes = -this.inputBytes;
    this.traffic.reads = -this.reads;
    this.tickUs = 0;
    this.tickOverruns = 0;
    clients.received = 0;
    clients.rejected = 0;
    clients.requestTimeouts = 0;
    this.#server.internalErrors = 0;
    this.#server.refusedEffects.count = 0;
    keyspace.reclaimer.finished = 0;
    Object.assign(keyspace.stats, { hits: 0, misses: 0, expired: 0, evicted: 0 });
  }

  #took(session: Session, flags: number, argv: Argv, elapsedUs: number): void {
    const { nowMs } = this.#server.keyspace;
    if ((flags & SKIP_SLOWLOG) === 0) this.slowLog.ran(session, argv, elapsedUs, nowMs, this.#redacted);
    this.latency.took((flags & FAST) !== 0 ? 'fast-command' : 'command', elapsedUs, nowMs);
  }

  #show(session: Session, flags: number, argv: Argv): void {
    if ((flags & (SKIP_MONITOR | ADMIN)) !== 0) return;
    const { serving, context } = this.#server;
    const origin = serving.scriptDepth > 0 ? 'lua' : originOf(session);
    this.monitors.ran(context.db.id, origin, argv, this.#server.time.wallUs(), this.#redacted);
  }

  #forgetRedacted(): void {
    if (this.#redacted.length === 0) return;
    this.#redacted.length = 0;
    this.#observe(REDACTIONS, false);
  }

  #observe(bit: number, isWanted: boolean): void {
    const server = this.#server;
    server.afterCommandMask = isWanted ? server.afterCommandMask | bit : server.afterCommandMask & ~bit;
  }

  #applyThresholds(): void {
    const { statistics } = this.#server;
    const slowUs = this.slowLog.thresholdUs < 0 ? Number.POSITIVE_INFINITY : this.slowLog.thresholdUs;
    const { thresholdMs } = this.latency;
    statistics.slowUs = thresholdMs > 0 ? Math.min(slowUs, thresholdMs * 1000) : slowUs;
    statistics.isPrecise = thresholdMs > 0 || slowUs < PRECISE_BELOW_US;
  }

  #sections() {
    const server = this.#server;
    return [
      serverSection(server),
      clientsSection(server),
      memorySection(server),
      persistenceSection(server),
      statsSection(server),
      replicationSection(server),
      cpuSection(server),
      modulesSection,
      commandStatsSection(server),
      errorStatsSection(server),
      latencyStatsSection(server),
      clusterSection,
      keyspaceSection(server),
    ];
  }
}

/** Where MONITOR says that a request came from: `127.0.0.1:50000`, or `unix:` and the socket's path. */
function originOf({ peerAddress }: Session): string {
  return peerAddress.startsWith('/') ? `unix:${peerAddress.replace(/:0$/, '')}` : peerAddress;
}
