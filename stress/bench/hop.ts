/**
 * What it costs to go from one thread to another and back: a ring, and a wake-up when the other side sleeps, as between
 * an I/O thread and the engine. One record at a time wakes a sleeper each way; many at a time share the wake-up.
 */
import { once } from 'node:events';
import { systemClock } from '../../src/base/clock.js';
import { loadLibc } from '../../src/native/libc.js';
import { RingMemory } from '../../v2/ring/ring-memory.js';
import { startThread } from '../../v2/threads/start-thread.js';
import { median } from '../median.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { HopSide } from './hop-side.js';

const RECORDS = 200_000;
const BATCHES = [1, 16, 256];
const RING_BYTES = 64 * 1024;

interface Hop {
  readonly latencyUs: number;
  readonly cpuUs: number;
}

export const hop: Bench = {
  name: 'hop',
  summary: 'from one thread to another by a ring: time and CPU per record',
  async run(context: BenchContext): Promise<BenchResult> {
    const rows: string[][] = [];
    const figures: Record<string, number> = {};
    for (const batch of BATCHES) {
      const hops: Hop[] = [];
      for (let round = 0; round < context.rounds; round++) {
        context.say(`hop: ${batch} at a time, round ${round + 1}`);
        hops.push(await measure(batch, Math.ceil((RECORDS * context.scale) / batch) * batch));
      }
      const latencyUs = median(hops.map((each) => each.latencyUs));
      const cpuUs = median(hops.map((each) => each.cpuUs));
      rows.push([`${batch} at a time`, latencyUs.toFixed(2), cpuUs.toFixed(2)]);
      figures[`${batch} µs`] = latencyUs;
      figures[`${batch} CPU µs`] = cpuUs;
    }
    return {
      title: 'one hop between threads; CPU of both, user and system, per record and way',
      table: [['records', 'µs until they are there', 'CPU µs per record'], ...rows],
      figures,
      goals: [],
    };
  },
};

async function measure(batch: number, count: number): Promise<Hop> {
  const libc = await loadLibc();
  const there = RingMemory.create(RING_BYTES).shared;
  const back = RingMemory.create(RING_BYTES).shared;
  const side = new HopSide(libc, back, there);
  const worker = startThread(import.meta.url, 'hop-thread', {
    input: there,
    output: back,
    count,
    mainWakeup: side.wakeup,
  });
  const [otherWakeup] = await once(worker, 'message');
  const cpu = process.cpuUsage();
  const startUs = systemClock.monotonicUs();
  for (let sent = 0; sent < count; sent += batch) {
    side.send(batch, otherWakeup);
    for (let received = 0; received < batch; ) received += side.receive();
  }
  const elapsedUs = systemClock.monotonicUs() - startUs;
  const { user, system } = process.cpuUsage(cpu);
  await once(worker, 'exit');
  return { latencyUs: elapsedUs / (count / batch) / 2, cpuUs: (user + system) / count / 2 };
}
