/**
 * Server CPU of nearly every command on data, small and large, as a ratio to the reference: `bench -- types` in detail.
 * One connection sends batches of a command (or of a few that undo each other) to the servers in turns, and
 * the kernel says to the nanosecond how long each server's threads ran.
 */
import { median } from '../median.js';
import { significant } from '../report/format.js';
import { threadTimeNs } from '../run/process-usage.js';
import type { ServerProcess } from '../run/server-process.js';
import type { Bench, BenchContext, BenchResult } from './bench.js';
import type { CommandFamily } from './commands/family.js';
import { hashes } from './commands/hashes.js';
import { keys } from './commands/keys.js';
import { lists } from './commands/lists.js';
import { batchOf, Pipe, type Words } from './commands/pipe.js';
import { sets } from './commands/sets.js';
import { geo, sortedSets } from './commands/sorted-sets.js';
import { streams } from './commands/streams.js';
import { bitmaps, hyperLogLogs, strings } from './commands/strings.js';
import { withServers } from './servers.js';

const FAMILIES: readonly CommandFamily[] = [
  strings,
  bitmaps,
  hyperLogLogs,
  lists,
  hashes,
  sets,
  sortedSets,
  geo,
  streams,
  keys,
];

const CYCLES_PER_BATCH = 16;
/** More in a batch than a socket's buffers take would have the server wait for us, and us for it. */
const BATCH_BYTES_MAX = 65_536;
/** CPU that a server gets to compile what it runs often, and that each measured round takes. */
const WARM_UP_NS = 120e6;
const ROUND_NS = 25e6;

const GOAL = 1.5;

const LABEL_WORDS_MAX = 12;
const LABEL_CHARACTERS_MAX = 70;

export const commands: Bench = {
  name: 'commands',
  summary: 'server CPU of each command on data, as a ratio to redis-server; --match chooses some',
  async run(context: BenchContext): Promise<BenchResult> {
    const figures: Record<string, number> = {};
    const rows: string[][] = [];
    for (const family of FAMILIES) {
      if (!family.cycles.some((cycle) => isWanted(context, family, cycle))) continue;
      context.say(family.name);
      rows.push(...(await withServers(context, (servers) => compare(context, servers, family, figures))));
    }
    const others = context.contenders.filter((contender) => contender !== context.reference);
    return {
      title: `CPU of commands, those apart by | together, and its ratio to ${context.reference.name}`,
      table: [['commands', ...others.map(({ name }) => name), context.reference.name], ...rows],
      figures,
      goals: Object.keys(figures).map((figure) => ({ figure, atMost: GOAL })),
    };
  },
};

function isWanted({ match }: BenchContext, family: CommandFamily, cycle: string): boolean {
  return match === null || match.test(`${family.name}: ${labelOf(cycle)}`);
}

/** @param servers the last is the reference */
async function compare(
  context: BenchContext,
  servers: readonly ServerProcess[],
  family: CommandFamily,
  figures: Record<string, number>,
): Promise<string[][]> {
  const pipes = await Promise.all(servers.map(({ port }) => Pipe.open(port)));
  const rows: string[][] = [];
  try {
    for (const pipe of pipes) refuseErrors(await pipe.replies(family.fill), 'fill');
    for (const cycle of family.cycles.filter((each) => isWanted(context, family, each))) {
      const label = labelOf(cycle);
      const loads: Load[] = [];
      for (const [index, pipe] of pipes.entries()) loads.push(await prepare(servers[index], pipe, cycle));
      const times = await measureInTurns(loads, context.rounds);
      const reference = times[times.length - 1];
      const ratios = times.slice(0, -1).map((own) => own / reference);
      context.say(`${label}: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`);
      rows.push([
        label,
        ...ratios.map((ratio, index) => `${ratio.toFixed(2)} (${significant(times[index] / 1000)} µs)`),
        `${significant(reference / 1000)} µs`,
      ]);
      for (const [index, ratio] of ratios.entries())
        figures[`${servers[index].contender.name} ${label}`] = ratio;
    }
  } finally {
    for (const pipe of pipes) pipe.close();
  }
  return rows;
}

/** A cycle as one server is sent it. */
interface Load {
  readonly server: ServerProcess;
  readonly pipe: Pipe;
  readonly batch: Buffer;
  readonly cyclesPerBatch: number;
  /** Of a round. */
  batches: number;
}

async function prepare(server: ServerProcess, pipe: Pipe, cycle: string): Promise<Load> {
  const once = await commandsOf(cycle, pipe);
  const replies = await pipe.replies(once);
  refuseErrors(replies, labelOf(cycle));
  const bytes = Math.max(replies.length, batchOf(once).length);
  const cyclesPerBatch = Math.max(1, Math.min(CYCLES_PER_BATCH, Math.floor(BATCH_BYTES_MAX / bytes)));
  const batch = batchOf(Array.from({ length: cyclesPerBatch }, () => once).flat());
  const load = { server, pipe, batch, cyclesPerBatch, batches: 1 };
  for (let spent = 0; spent < WARM_UP_NS; ) {
    const ns = await run(load);
    spent += ns;
    load.batches = Math.max(1, Math.round((load.batches * ROUND_NS) / Math.max(ns, ROUND_NS / 8)));
  }
  return load;
}

/** @returns the median ns per cycle of each */
async function measureInTurns(loads: readonly Load[], rounds: number): Promise<number[]> {
  const times: number[][] = loads.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, load] of loads.entries()) {
      times[index].push((await run(load)) / (load.batches * load.cyclesPerBatch));
    }
  }
  return times.map(median);
}

/** @returns how long the server's threads ran for a round, in ns */
async function run({ server, pipe, batch, batches }: Load): Promise<number> {
  const before = threadTimeNs(server.pid);
  for (let index = 0; index < batches; index++) await pipe.exchange(batch);
  return threadTimeNs(server.pid) - before;
}

const DUMP = /\{dump (\S+)\}/;

async function commandsOf(cycle: string, pipe: Pipe): Promise<Words[]> {
  const key = DUMP.exec(cycle)?.[1];
  const dump = key === undefined ? null : await dumpOf(key, pipe);
  return cycle.split(' | ').map((command) =>
    command
      .replace(DUMP, '{dump}')
      .split(' ')
      .map((word) => (word === '{dump}' && dump !== null ? dump : word)),
  );
}

/** What DUMP answers, without the header and end of a bulk string. */
async function dumpOf(key: string, pipe: Pipe): Promise<Buffer> {
  const reply = await pipe.replies([['DUMP', key]]);
  return reply.subarray(reply.indexOf('\n') + 1, -2);
}

/** @throws Error with the first error in the replies: a line of its own that begins with a minus */
function refuseErrors(replies: Buffer, label: string): void {
  const text = replies.toString('latin1');
  const at = text.startsWith('-') ? 0 : text.search(/\n-[A-Z]+ /);
  if (at >= 0) throw new Error(`${label}: ${text.slice(at, at + 100).trim()}`);
}

/** What a table calls a cycle: long commands by their first words. */
function labelOf(cycle: string): string {
  const short = cycle.split(' | ').map((command) => {
    const words = command.split(' ');
    if (words.length > LABEL_WORDS_MAX) return `${words.slice(0, 3).join(' ')} … (${words.length} words)`;
    if (command.length <= LABEL_CHARACTERS_MAX) return command;
    return `${command.slice(0, 20)}… (${command.length} bytes)`;
  });
  return short.join(' | ');
}
