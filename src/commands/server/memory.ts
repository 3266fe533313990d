/** MEMORY: what keys and the server cost. */
import { encodingOf, handleOf, isLarge, isPacked, rootOf } from '../../engine/entry.js';
import type { Reply } from '../../protocol/reply.js';
import { integer, key, optional, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { READONLY, RO } from '../flags.js';
import type { MemoryFigures } from '../services/memory.js';
import { diagnoseMemory } from './memory-doctor.js';

const REPORT_TIPS = ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'];

/** Bytes that a key and its value take; everything is accounted for, so nothing has to be sampled. */
function bytesOf({ arena, keyspace }: Context, entry: number): number {
  const encoding = encodingOf(arena, entry);
  const own = arena.capacity(entry);
  if (isPacked(encoding)) return own + arena.capacity(rootOf(arena, entry));
  if (isLarge(encoding)) return own + keyspace.collections.get(handleOf(arena, entry)).memoryBytes();
  return own;
}

function checkSamples(argv: Argv): void {
  for (let index = 3; index < argv.count; index += 2) {
    if (!argv.is(index, 'SAMPLES') || index + 1 === argv.count) throw SYNTAX_ERROR;
    if (argv.integer(index + 1) < 0) throw SYNTAX_ERROR;
  }
}

const memoryUsage = defineCommand({
  name: 'USAGE',
  summary: 'Returns the bytes that a key and its value take.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the number of blocks that the value takes.',
  flags: READONLY,
  args: [key('key', RO), optional(withToken('SAMPLES', integer('count')))],
  run(context, argv, reply) {
    checkSamples(argv);
    // Whether its time has come or not: it takes memory as long as it is there.
    const entry = context.db.index.find(argv.bytes, argv.starts[2], argv.ends[2]);
    if (entry === 0) reply.null();
    else reply.integer(bytesOf(context, entry));
  },
});

interface Field {
  readonly name: string;
  readonly value: number;
  readonly isDouble: boolean;
}

const whole = (name: string, value: number): Field => ({ name, value, isDouble: false });
const percentage = (name: string, part: number, all: number): Field => ({
  name,
  value: all > 0 ? (part / all) * 100 : 0,
  isDouble: true,
});
/** How many times as large as it should be, and by how much it is larger. */
const excess = (ratioName: string, bytesName: string, actual: number, wanted: number): Field[] => [
  { name: ratioName, value: wanted > 0 ? actual / wanted : 0, isDouble: true },
  whole(bytesName, actual - wanted),
];

function fieldsBeforeDatabases(figures: MemoryFigures): Field[] {
  return [
    whole('peak.allocated', figures.peak),
    whole('total.allocated', figures.used),
    whole('startup.allocated', figures.startup),
    whole('replication.backlog', figures.backlog),
    whole('clients.slaves', figures.replicas),
    whole('clients.normal', figures.clients),
    whole('cluster.links', 0),
    whole('aof.buffer', figures.aofBuffer),
    whole('lua.caches', figures.scripts),
    whole('functions.caches', figures.functions),
  ];
}

function fieldsAfterDatabases(figures: MemoryFigures): Field[] {
  const { used, startup, dataset, arenaUsed, arenaReserved, resident, databases } = figures;
  const keyCount = databases.reduce((sum, { keys }) => sum + keys, 0);
  return [
    whole('overhead.total', figures.overhead),
    whole('keys.count', keyCount),
    whole('keys.bytes-per-key', keyCount > 0 ? Math.floor((used - startup) / keyCount) : 0),
    whole('dataset.bytes', dataset),
    percentage('dataset.percentage', dataset, used - startup),
    percentage('peak.percentage', used, figures.peak),
    whole('allocator.allocated', arenaUsed),
    whole('allocator.active', arenaReserved),
    whole('allocator.resident', arenaReserved),
    ...excess('allocator-fragmentation.ratio', 'allocator-fragmentation.bytes', arenaReserved, arenaUsed),
    ...excess('allocator-rss.ratio', 'allocator-rss.bytes', arenaReserved, arenaReserved),
    ...excess('rss-overhead.ratio', 'rss-overhead.bytes', resident, arenaReserved),
    ...excess('fragmentation', 'fragmentation.bytes', resident, used),
  ];
}

function replyFields(reply: Reply, fields: readonly Field[]): void {
  for (const { name, value, isDouble } of fields) {
    reply.bulkLatin1(name);
    if (isDouble) reply.double(value);
    else reply.integer(value);
  }
}

const memoryStats = defineCommand({
  name: 'STATS',
  summary: "Returns figures of the server's memory.",
  group: 'server',
  since: '4.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [],
  tips: REPORT_TIPS,
  run(context, _argv, reply) {
    const figures = context.services.memory.figures();
    const [before, after] = [fieldsBeforeDatabases(figures), fieldsAfterDatabases(figures)];
    reply.map(before.length + figures.databases.length + after.length);
    replyFields(reply, before);
    for (const { id, index, expiry } of figures.databases) {
      reply.bulkLatin1(`db.${id}`);
      reply.map(3);
      replyFields(reply, [
        whole('overhead.hashtable.main', index),
        whole('overhead.hashtable.expires', expiry),
        whole('overhead.hashtable.slot-to-keys', 0),
      ]);
    }
    replyFields(reply, after);
  },
});

const memoryDoctor = defineCommand({
  name: 'DOCTOR',
  summary: 'Tells in words what is wrong with the memory.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [],
  tips: REPORT_TIPS,
  run: (context, _argv, reply) => reply.verbatim(diagnoseMemory(context.services.memory.figures())),
});

const memoryMallocStats = defineCommand({
  name: 'MALLOC-STATS',
  summary: 'Returns what the allocator tells of itself.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [],
  tips: REPORT_TIPS,
  run(context, _argv, reply) {
    const { arenaUsed, arenaReserved, heapUsed, heapTotal } = context.services.memory.figures();
    reply.verbatim(
      `arena: ${arenaUsed} bytes in blocks, ${arenaReserved} bytes taken from the system\n` +
        `JavaScript heap: ${heapUsed} bytes in use, ${heapTotal} bytes taken from the system\n`,
    );
  },
});

/** The arena gives whole pages and chunks back as they become free: nothing is kept that could be purged. */
const memoryPurge = defineCommand({
  name: 'PURGE',
  summary: 'Gives memory back that the allocator keeps.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [],
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  run: (_context, _argv, reply) => reply.ok(),
});

const memoryHelp = defineHelp('MEMORY', 'server', '4.0.0', [
  'DOCTOR',
  '    Return memory problems reports.',
  'MALLOC-STATS',
  '    Return internal statistics report from the memory allocator.',
  'PURGE',
  '    Attempt to purge dirty pages for reclamation by the allocator.',
  'STATS',
  '    Return information about the memory usage of the server.',
  'USAGE <key> [SAMPLES <count>]',
  '    Return memory in bytes used by <key> and its value. Nested values are',
  '    sampled up to <count> times (default: 5, 0 means sample all).',
]);

export const memory = defineContainer({
  name: 'MEMORY',
  summary: 'A container for commands about memory.',
  group: 'server',
  since: '4.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [memoryDoctor, memoryHelp, memoryMallocStats, memoryPurge, memoryStats, memoryUsage],
});
