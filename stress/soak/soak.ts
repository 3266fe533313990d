/** One soak of one contender, from its server's start to its report. The load runs in this process. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import { Reactor } from '../../v2/reactor/reactor.js';
import { Connector } from '../load/connector.js';
import { Histogram } from '../load/histogram.js';
import { AdminClient } from '../run/admin-client.js';
import { type Contender, withoutRehearsal } from '../run/contenders.js';
import { machineFacts } from '../run/machine.js';
import { HOST, ServerProcess } from '../run/server-process.js';
import { Population } from './population.js';
import type { SoakReport } from './report.js';
import { readState, type Sample, type ServerState } from './samples.js';
import type { SoakSettings } from './settings.js';
import { type Finding, judgeClients, judgeCount, judgeDescriptors, judgeFlatness } from './verdict.js';

/** Beside the clients: the soak's own connection, and room for those that come before others have gone. */
const SPARE_CLIENTS = 512;
const PROBE_RESOLUTION_MS = 5;
/** After the last key's time: active expiry gets a share of the CPU only. */
const EXPIRY_DEADLINE_MS = 10_000;
const EXPIRY_POLL_MS = 200;

const clock = systemClock;

/** @param say for progress @param stopped ends it early and in good order */
export async function soak(
  contender: Contender,
  settings: SoakSettings,
  say: (text: string) => void,
  stopped: AbortSignal,
): Promise<SoakReport> {
  const startedAt = new Date(clock.wallMs()).toISOString();
  const machine = machineFacts();
  const server = await ServerProcess.start(withoutRehearsal(contender), {
    cores: [],
    maxClients: settings.clients + SPARE_CLIENTS,
    probeResolutionMs: PROBE_RESOLUTION_MS,
  });
  try {
    const result = await soakServer(server, settings, say, stopped);
    return { contender: contender.name, startedAt, settings, machine, isWhole: !stopped.aborted, ...result };
  } finally {
    await server.stop();
  }
}

async function soakServer(
  server: ServerProcess,
  settings: SoakSettings,
  say: (text: string) => void,
  stopped: AbortSignal,
): Promise<Measured> {
  const admin = await AdminClient.open(HOST, server.port);
  const reactor = await Reactor.create();
  try {
    return await new Soak(server, admin, reactor, settings, say, stopped).run();
  } finally {
    admin.close();
    reactor.close();
  }
}

type Measured = Pick<SoakReport, 'findings' | 'totals' | 'samples'>;

class Soak {
  readonly #population: Population;
  readonly #samples: Sample[] = [];
  readonly #latency = new Histogram();
  readonly #generatorDelay = monitorEventLoopDelay({ resolution: PROBE_RESOLUTION_MS });
  #startUs = 0;
  #sampledUs = 0;
  #sampledReplies = 0;

  constructor(
    private readonly server: ServerProcess,
    private readonly admin: AdminClient,
    reactor: Reactor,
    private readonly settings: SoakSettings,
    private readonly say: (text: string) => void,
    private readonly stopped: AbortSignal,
  ) {
    const connector = new Connector(reactor, HOST, server.port);
    this.#population = new Population(clock, connector, new Random(settings.seed), {
      clients: settings.clients,
      commandsPerSecond: settings.rate,
      leavesPerSecond: settings.churn,
      keyLifeMs: settings.keyLifeMs,
    });
  }

  async run(): Promise<Measured> {
    const before = await readState(this.server, this.admin, 0);
    const countsBefore = await this.#counts();
    await this.#population.connectAll();
    this.say(`${this.#population.open} clients are connected`);
    await this.#load();
    const ownKeys = await this.#population.end();
    const keysLeft = await this.#awaitExpiry(ownKeys);
    await this.#population.leaveAll();
    const after = await readState(this.server, this.admin, 0);
    const countsAfter = await this.#counts();
    return {
      samples: this.#samples,
      totals: this.#totals(before, after),
      findings: [
        this.#judgeReplies(),
        judgeFlatness('RSS is flat', this.#samples, (sample) => sample.rssBytes),
        judgeFlatness('used_memory is flat', this.#samples, (sample) => sample.usedMemoryBytes),
        judgeDescriptors(this.#samples, before.descriptors),
        judgeClients(this.#samples),
        judgeCount('keys, once those with a time to live are gone', keysLeft, ownKeys),
        judgeCount('descriptors, once all have left', after.descriptors, before.descriptors),
        judgeCount('clients, once all have left', after.connectedClients, 0),
        ...judgeCounts(countsBefore, countsAfter, this.#population.connections),
      ],
    };
  }

  async #load(): Promise<void> {
    const population = this.#population;
    this.server.resetProbe();
    this.#generatorDelay.enable();
    this.#startUs = clock.monotonicUs();
    this.#sampledUs = this.#startUs;
    population.begin();
    const endUs = this.#startUs + this.settings.durationMs * 1000;
    for (let number = 1; !this.#isOver(); number++) {
      const nextUs = Math.min(endUs, this.#startUs + number * this.settings.sampleMs * 1000);
      await sleep(Math.max(0, (nextUs - clock.monotonicUs()) / 1000), undefined, {
        signal: this.stopped,
      }).catch(ignoreAbort);
      await population.inSilence(() => this.#sample());
      if (clock.monotonicUs() >= endUs) break;
    }
    this.#generatorDelay.disable();
  }

  /** There is nothing more to learn once clients fail, or the server has ended. */
  #isOver(): boolean {
    return this.stopped.aborted || this.server.hasEnded || this.#population.failures.size > 0;
  }

  async #sample(): Promise<void> {
    const population = this.#population;
    const { latency } = population;
    population.latency = new Histogram();
    this.#latency.add(latency.toData());
    const nowUs = clock.monotonicUs();
    const probe = await this.server.sampleProbe();
    this.server.resetProbe();
    const state = await readState(this.server, this.admin, population.open);
    const sample: Sample = {
      ...state,
      seconds: (nowUs - this.#startUs) / 1e6,
      expectedClients: population.open,
      commandsPerSecond: ((population.replies - this.#sampledReplies) / (nowUs - this.#sampledUs)) * 1e6,
      departures: population.departures,
      p50Us: latency.percentileUs(50),
      p99Us: latency.percentileUs(99),
      p999Us: latency.percentileUs(99.9),
      maxUs: latency.maxUs,
      stallMs: probe?.stalls.longestMs ?? Number.NaN,
      ownStallMs: probe?.stalls.longestOwnMs ?? Number.NaN,
      collectionMs: probe?.collections.longestMs ?? Number.NaN,
      generatorStallMs: Math.max(0, this.#generatorDelay.max / 1e6 - PROBE_RESOLUTION_MS),
    };
    this.#samples.push(sample);
    this.#sampledUs = clock.monotonicUs();
    this.#sampledReplies = population.replies;
    this.#generatorDelay.reset();
    this.say(
      `${sample.seconds.toFixed(0)} s: RSS ${(sample.rssBytes / 1048576).toFixed(1)} MiB, ` +
        `${sample.descriptors} descriptors, ${sample.keys} keys, ${sample.commandsPerSecond.toFixed(0)} commands/s, ` +
        `p99.9 ${(sample.p999Us / 1000).toFixed(1)} ms, stall ${sample.stallMs.toFixed(1)} ms`,
    );
  }

  /** @returns how many keys are left */
  async #awaitExpiry(ownKeys: number): Promise<number> {
    const endUs = clock.monotonicUs() + (this.settings.keyLifeMs + EXPIRY_DEADLINE_MS) * 1000;
    for (;;) {
      const keys = Number(await this.admin.call('DBSIZE'));
      if (keys <= ownKeys || clock.monotonicUs() > endUs) return keys;
      await sleep(EXPIRY_POLL_MS);
    }
  }

  async #counts(): Promise<Map<string, string>> {
    return new Map([...(await this.admin.info('clients')), ...(await this.admin.info('stats'))]);
  }

  #judgeReplies(): Finding {
    const { failures, examples, replies } = this.#population;
    return {
      name: 'every reply is right, and no client is lost',
      isGood: failures.size === 0,
      detail:
        failures.size === 0
          ? `${replies} replies`
          : [...[...failures].map(([kind, count]) => `${kind} (${count})`), ...examples].join('; '),
    };
  }

  #totals(before: ServerState, after: ServerState): SoakReport['totals'] {
    const longest = (figure: (sample: Sample) => number): number => Math.max(0, ...this.#samples.map(figure));
    return {
      seconds: this.#samples[this.#samples.length - 1]?.seconds ?? 0,
      commands: this.#population.replies,
      connections: this.#population.connections,
      p50Us: this.#latency.percentileUs(50),
      p99Us: this.#latency.percentileUs(99),
      p999Us: this.#latency.percentileUs(99.9),
      maxUs: this.#latency.maxUs,
      stallMs: longest((sample) => sample.stallMs),
      ownStallMs: longest((sample) => sample.ownStallMs),
      rssBytesBefore: before.rssBytes,
      rssBytesAfter: after.rssBytes,
    };
  }
}

/** What INFO counts, before and after. */
function judgeCounts(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  connections: number,
): Finding[] {
  const increase = (field: string): number => Number(after.get(field) ?? 0) - Number(before.get(field) ?? 0);
  const changes: [field: string, wanted: number][] = [
    ['total_connections_received', connections],
    ['rejected_connections', 0],
    ['total_error_replies', 0],
    ['blocked_clients', 0],
    ['tracking_clients', 0],
    ['clients_in_timeout_table', 0],
    ['pubsub_channels', 0],
    ['pubsub_patterns', 0],
    ['internal_errors', 0],
  ];
  return changes.map(([field, wanted]) => judgeCount(`${field}, increased by`, increase(field), wanted));
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
