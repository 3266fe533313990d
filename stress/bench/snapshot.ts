/**
 * The longest that any command has to wait while ten million keys, and a hash of a million fields among them, are saved
 * in the background under writes. Who watches: stall-watch.ts. One round.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.js';
import { AdminClient } from '../run/admin-client.js';
import { HOST, type ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import { BulkLoader, fill } from './bulk-loader.js';
import { eachAlone } from './servers.js';
import { HEAD, RESOLUTION_MS, rowOf, type Stalls, watch, worstOf } from './stall-watch.js';

const KEYS = 10_000_000;
const FIELDS = 1_000_000;
const FIELDS_PER_COMMAND = 100;
const WRITES_PER_SECOND = 10_000;
const WRITES_PER_BATCH = 100;
const POLL_MS = 100;
const SAVE_DEADLINE_MS = 300_000;
const GOAL_MS = 5;

const clock = systemClock;

const NEVER_SECONDS = 2_000_000_000;

interface Measured {
  readonly stalls: Stalls;
  readonly seconds: number;
  readonly writes: number;
}

export const snapshot: Bench = {
  name: 'snapshot',
  summary: 'longest wait of a command while 10 million keys are saved under writes',
  async run(context: BenchContext): Promise<BenchResult> {
    const keys = Math.ceil(KEYS * context.scale);
    const fields = Math.ceil((FIELDS * context.scale) / FIELDS_PER_COMMAND) * FIELDS_PER_COMMAND;
    const measured = await eachAlone(context, (server) => save(server, keys, fields, context), RESOLUTION_MS);
    const figures: Record<string, number> = {};
    const table = [HEAD];
    for (const [name, { stalls, seconds, writes }] of measured) {
      table.push(rowOf(name, `saving (${seconds.toFixed(1)} s, ${writes} writes)`, [stalls]));
      figures[`${name} saving ms`] = worstOf([stalls]);
    }
    return {
      title: `longest waits in ms with ${keys} keys and a hash of ${fields} fields, saved under ${WRITES_PER_SECOND} writes a second`,
      table,
      figures,
      goals: Object.keys(figures)
        .filter((figure) => !figure.startsWith(context.reference.name))
        .map((figure) => ({ figure, atMost: GOAL_MS })),
    };
  },
};

async function save(
  server: ServerProcess,
  keys: number,
  fields: number,
  context: BenchContext,
): Promise<Measured> {
  await keepData(server.port);
  await fill(server.port, keys, (index) => ['SET', keyOf(index), 'value']);
  await fill(server.port, fields / FIELDS_PER_COMMAND, (index) => [
    'HSET',
    'large',
    ...Array.from({ length: FIELDS_PER_COMMAND }, (_, offset) => {
      const field = index * FIELDS_PER_COMMAND + offset;
      return [`field:${field}`, 'value'];
    }).flat(),
  ]);
  context.say(`${server.contender.name}: loaded`);
  const startMs = clock.wallMs();
  let writes = 0;
  const stalls = await watch(server, async () => {
    const admin = await AdminClient.open(HOST, server.port);
    const loader = await BulkLoader.open(server.port);
    try {
      await admin.call('BGSAVE');
      let isSaving = true;
      const saved = awaitSave(admin).finally(() => {
        isSaving = false;
      });
      const startUs = clock.monotonicUs();
      while (isSaving) {
        const aheadMs = (startUs + (writes / WRITES_PER_SECOND) * 1e6 - clock.monotonicUs()) / 1000;
        if (aheadMs >= 1) await sleep(aheadMs);
        await loader.send(
          Array.from({ length: WRITES_PER_BATCH }, (_, offset) => [
            'SET',
            keyOf(((writes + offset) * 7919) % keys),
            'other',
          ]),
        );
        writes += WRITES_PER_BATCH;
      }
      await saved;
    } finally {
      loader.close();
      admin.close();
    }
  });
  return { stalls, seconds: (clock.wallMs() - startMs) / 1000, writes };
}

/** As a server whose data are to be kept is configured, but for the time at which it saves by itself: never. */
async function keepData(port: number): Promise<void> {
  const admin = await AdminClient.open(HOST, port);
  await admin.call('CONFIG', 'SET', 'save', `${NEVER_SECONDS} 1`);
  admin.close();
}

async function awaitSave(admin: AdminClient): Promise<void> {
  const endMs = clock.wallMs() + SAVE_DEADLINE_MS;
  while (clock.wallMs() < endMs) {
    await sleep(POLL_MS);
    const persistence = await admin.info('persistence');
    if (persistence.get('rdb_bgsave_in_progress') !== '0') continue;
    if (persistence.get('rdb_last_bgsave_status') !== 'ok') throw new Error('the snapshot failed');
    return;
  }
  throw new Error('the snapshot takes too long');
}

function keyOf(index: number): string {
  return `key:${String(index).padStart(12, '0')}`;
}
