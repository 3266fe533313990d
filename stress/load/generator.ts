/**
 * The load generator's process. It is told a job, connects every client, waits for the word, warms up,
 * measures, lets every client finish, reports and ends. When its controller is gone it ends too, and the server with it, whose
 * processes are its arguments.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { Random } from '../../src/base/random.js';
import { Reactor } from '../../v2/reactor/reactor.js';
import { readCoreBusyUs } from '../run/core-usage.js';
import { readUsage, subtractUsage, type Usage } from '../run/process-usage.js';
import { createCrowd } from './behaviours.js';
import { Connector } from './connector.js';
import type { Crowd } from './crowd.js';
import type { FromGenerator, GeneratorResult, Job, Phase, ToGenerator } from './messages.js';
import { Tally } from './tally.js';

const CONNECT_DEADLINE_MS = 60_000;
const COUNT_DEADLINE_MS = 5_000;
const CLOSE_DEADLINE_MS = 5_000;
const PROGRESS_INTERVAL_MS = 250;
const SETTLE_POLL_MS = 5;

const clock = systemClock;

class Run {
  readonly #job: Job;
  readonly #reactor: Reactor;
  readonly #tally = new Tally();
  readonly #crowds: Crowd[] = [];
  readonly #isStopped: AbortController;
  #phase: Phase = 'connecting';
  #phaseStartUs = clock.monotonicUs();
  #connectMs = 0;
  #rateAfterwards = 0;
  #seenReplies = 0;
  #seenUs = clock.monotonicUs();

  constructor(job: Job, reactor: Reactor, isStopped: AbortController) {
    this.#job = job;
    this.#reactor = reactor;
    this.#isStopped = isStopped;
    const connector = new Connector(reactor, job.host, job.port);
    let firstClient = 0;
    for (const [index, group] of job.workload.groups.entries()) {
      // Publishers know their subscribers: that group is not shared.
      const share =
        group.kind === 'pubsub'
          ? shareOf(job.share.index === 0 ? group.clients : 0, 0, 1)
          : shareOf(group.clients, job.share.index, job.share.count);
      const context = {
        tally: this.#tally,
        clock,
        connector,
        random: new Random(job.seed + index * 1000 + job.share.index),
        firstClient: firstClient + share.first,
        isFirstShare: job.share.index === 0,
      };
      if (share.count > 0) this.#crowds.push(createCrowd(context, group, share.count, job.seed));
      firstClient += group.clients;
    }
  }

  async run(told: { readonly go: Promise<void>; readonly counted: Promise<void> }): Promise<GeneratorResult> {
    const progress = setInterval(() => {
      this.#reportProgress();
      if (this.#phase !== 'connecting' && this.#isSettled()) this.#isStopped.abort();
    }, PROGRESS_INTERVAL_MS);
    await this.#connect();
    send({ type: 'connected' });
    await Promise.race([told.go, this.#stopped()]);
    const before = this.#sample();
    const measured = await this.#load(before, told.counted);
    await this.#finish();
    clearInterval(progress);
    await this.#reactor.drain(CLOSE_DEADLINE_MS);
    return this.#result(measured.start, measured.end, measured.isWhole);
  }

  async #connect(): Promise<void> {
    const startUs = clock.monotonicUs();
    const all = Promise.all(this.#crowds.map((crowd) => crowd.connect()));
    await Promise.race([all, this.#pause(CONNECT_DEADLINE_MS)]);
    this.#connectMs = (clock.monotonicUs() - startUs) / 1000;
    this.#enter('connected');
  }

  async #load(
    before: Sample,
    counted: Promise<void>,
  ): Promise<{ start: Sample; end: Sample; isWhole: boolean }> {
    if (this.#isStopped.signal.aborted) return { start: before, end: before, isWhole: false };
    this.#enter('warming up');
    for (const crowd of this.#crowds) crowd.begin();
    await this.#pause(this.#job.warmupMs);
    const start = this.#sample();
    this.#tally.windowStartUs = start.atUs;
    send({ type: 'window', isOpen: true });
    this.#enter('measuring');
    await this.#pause(this.#job.durationMs);
    const end = this.#sample();
    this.#tally.windowEndUs = end.atUs;
    send({ type: 'window', isOpen: false });
    if (this.#job.goesOnAfterwards) await this.#goOn(counted);
    return { start, end, isWhole: !this.#isStopped.signal.aborted };
  }

  /** The load goes on while the controller counts what must not disturb the window. */
  async #goOn(counted: Promise<void>): Promise<void> {
    const startUs = clock.monotonicUs();
    const startReplies = this.#tally.replies;
    await Promise.race([counted, this.#pause(COUNT_DEADLINE_MS)]);
    const elapsedUs = clock.monotonicUs() - startUs;
    this.#rateAfterwards = ((this.#tally.replies - startReplies) / elapsedUs) * 1e6;
  }

  async #finish(): Promise<void> {
    this.#enter('finishing');
    for (const crowd of this.#crowds) crowd.stop();
    const deadlineUs = clock.monotonicUs() + this.#job.finishDeadlineMs * 1000;
    while (!this.#isSettled() && clock.monotonicUs() < deadlineUs) await sleep(SETTLE_POLL_MS);
    for (const crowd of this.#crowds) crowd.abandon();
  }

  #isSettled(): boolean {
    return this.#crowds.every((crowd) => crowd.isSettled);
  }

  /** Waits, but not after a stop. */
  async #pause(ms: number): Promise<void> {
    const timer = new AbortController();
    await Promise.race([sleep(ms, undefined, { signal: timer.signal }), this.#stopped()]).catch(ignoreAbort);
    timer.abort();
  }

  #stopped(): Promise<void> {
    const { signal } = this.#isStopped;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseStartUs = clock.monotonicUs();
  }

  #sample(): Sample {
    const { user, system } = process.cpuUsage();
    const usage = readUsage(this.#job.serverPids);
    const coresBusyUs = readCoreBusyUs(this.#job.serverCores);
    return { atUs: clock.monotonicUs(), usage, coresBusyUs, ownCpuUs: user + system };
  }

  #reportProgress(): void {
    const tally = this.#tally;
    const now = clock.monotonicUs();
    const rate = ((tally.replies - this.#seenReplies) / (now - this.#seenUs)) * 1e6;
    this.#seenReplies = tally.replies;
    this.#seenUs = now;
    send({
      type: 'progress',
      progress: {
        phase: this.#phase,
        elapsedMs: (now - this.#phaseStartUs) / 1000,
        connected: tally.connected - tally.lost,
        operationsPerSecond: rate,
        p99Us: tally.latency.percentileUs(99),
        errors: sum(tally.errors.values()),
      },
    });
  }

  #result(start: Sample, end: Sample, isWhole: boolean): GeneratorResult {
    const tally = this.#tally;
    const { planned, connected, finished, lost } = tally;
    return {
      clients: { planned, connected, finished, lost },
      connectMs: this.#connectMs,
      connecting: tally.connecting.toData(),
      isWhole,
      windowMs: (end.atUs - start.atUs) / 1000,
      operations: tally.operations,
      requests: tally.requests,
      replies: tally.replies,
      unsent: tally.unsent,
      keysWritten: tally.keysWritten,
      bytesSent: this.#reactor.counters.bytesSent,
      bytesReceived: this.#reactor.counters.bytesReceived,
      operationsPerSecondAfterwards: this.#rateAfterwards,
      latency: tally.latency.toData(),
      lateness: tally.lateness.toData(),
      serverUsage: subtractUsage(end.usage, start.usage),
      serverCoresBusyUs: end.coresBusyUs - start.coresBusyUs,
      generatorCpuUs: end.ownCpuUs - start.ownCpuUs,
      errors: Object.fromEntries(tally.errors),
      examples: tally.examples,
      tolerated: Object.fromEntries(tally.tolerated),
    };
  }
}

/** Something that the controller says once. */
class Signal {
  give = (): void => {};
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}

/** At one end of the measured window. */
interface Sample {
  readonly atUs: number;
  readonly usage: Usage;
  readonly coresBusyUs: number;
  readonly ownCpuUs: number;
}

/** Which of `clients` the process `index` of `count` takes. */
function shareOf(clients: number, index: number, count: number): { first: number; count: number } {
  const first = Math.floor((clients * index) / count);
  return { first, count: Math.floor((clients * (index + 1)) / count) - first };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}

function send(message: FromGenerator): void {
  process.send?.(message);
}

function main(): void {
  const stopped = new AbortController();
  const go = new Signal();
  const counted = new Signal();
  const serverPids = process.argv.slice(2).map(Number);
  process.on('disconnect', () => abandonServer(serverPids));
  process.on('message', (message: ToGenerator) => {
    if (message.type === 'go') {
      go.give();
    } else if (message.type === 'counted') {
      counted.give();
    } else if (message.type === 'stop') {
      stopped.abort();
    } else {
      void runJob(message.job, { go: go.given, counted: counted.given }, stopped);
    }
  });
  if (!process.connected) abandonServer(serverPids);
  send({ type: 'ready' });
}

/** The controller was killed: nobody else is left to end the server. */
function abandonServer(pids: readonly number[]): never {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  process.exit(1);
}

async function runJob(job: Job, told: Parameters<Run['run']>[0], stopped: AbortController): Promise<void> {
  const reactor = await Reactor.create();
  const result = await new Run(job, reactor, stopped).run(told);
  send({ type: 'done', result });
}

main();
