/** LATENCY: what took too long, and how long each command takes. */
import { ReplyError } from '../../protocol/reply-error.js';
import { many, optional, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { LatencyEvent } from '../services/latency.js';
import { NO_COMMAND } from '../table.js';
import { diagnose } from './latency-doctor.js';
import { sparkline } from './sparkline.js';

const OBSERVING = ADMIN | NOSCRIPT | LOADING | STALE;
const REPORT_TIPS = ['nondeterministic_output', 'request_policy:all_nodes', 'response_policy:special'];

const latencyLatest = defineCommand({
  name: 'LATEST',
  summary: 'Returns the last slow event of each kind.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: OBSERVING,
  args: [],
  tips: REPORT_TIPS,
  run(context, _argv, reply) {
    const events = context.services.latency.events();
    reply.array(events.length);
    for (const { name, samples, longestMs } of events) {
      const last = samples[samples.length - 1];
      reply.array(4);
      reply.bulkLatin1(name);
      reply.integer(last.seconds);
      reply.integer(last.milliseconds);
      reply.integer(longestMs);
    }
  },
});

const latencyHistory = defineCommand({
  name: 'HISTORY',
  summary: 'Returns the slow events of a kind.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: OBSERVING,
  args: [string('event')],
  tips: REPORT_TIPS,
  run(context, argv, reply) {
    const samples = context.services.latency.event(argv.latin1(2))?.samples ?? [];
    reply.array(samples.length);
    for (const { seconds, milliseconds } of samples) {
      reply.array(2);
      reply.integer(seconds);
      reply.integer(milliseconds);
    }
  },
});

const latencyReset = defineCommand({
  name: 'RESET',
  summary: 'Forgets the slow events of some kinds, or of all.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: OBSERVING,
  args: [optional(many(string('event')))],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    const { latency } = context.services;
    const names =
      argv.count > 2
        ? Array.from({ length: argv.count - 2 }, (_, index) => argv.latin1(index + 2))
        : latency.events().map(({ name }) => name);
    reply.integer(names.filter((name) => latency.forget(name)).length);
  },
});

const latencyDoctor = defineCommand({
  name: 'DOCTOR',
  summary: 'Tells in words what the slow events may come from.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: OBSERVING,
  args: [],
  tips: REPORT_TIPS,
  run: (context, _argv, reply) => reply.verbatim(diagnose(context.services.latency)),
});

const latencyGraph = defineCommand({
  name: 'GRAPH',
  summary: 'Draws the slow events of a kind.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: OBSERVING,
  args: [string('event')],
  tips: REPORT_TIPS,
  run(context, argv, reply) {
    const event = context.services.latency.event(argv.latin1(2));
    if (event === null) throw new ReplyError(`ERR No samples available for event '${argv.shown(2)}'`);
    reply.verbatim(graph(event, Math.floor(context.nowMs / 1000)));
  },
});

const RULER = '-'.repeat(80);

function graph({ name, samples, longestMs }: LatencyEvent, nowSeconds: number): string {
  const values = samples.map(({ milliseconds }) => milliseconds);
  const columns = samples.map(({ seconds, milliseconds }) => ({
    value: milliseconds,
    label: ageOf(nowSeconds - seconds),
  }));
  return (
    `${name} - high ${Math.max(...values)} ms, low ${Math.min(...values)} ms (all time high ${longestMs} ms)\n` +
    `${RULER}\n${sparkline(columns)}`
  );
}

const UNITS: readonly (readonly [seconds: number, letter: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
];

function ageOf(seconds: number): string {
  const [unit, letter] = UNITS.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Math.floor(seconds / unit)}${letter}`;
}

/** Ids of the commands asked for, those of a container's subcommands included. */
function commandIds(context: Context, argv: Argv): number[] {
  const table = context.services.commands;
  if (argv.count === 2) return Array.from({ length: table.count }, (_, id) => id);
  const ids: number[] = [];
  for (let index = 2; index < argv.count; index++) {
    const id = table.byName(argv.latin1(index).toLowerCase());
    if (id !== NO_COMMAND) ids.push(id, ...(table.subcommandsOf[id] ?? []));
  }
  return ids;
}

const latencyHistogram = defineCommand({
  name: 'HISTOGRAM',
  summary: 'Returns how long commands took, as distributions.',
  group: 'server',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of commands returned.',
  flags: OBSERVING,
  args: [optional(many(string('command')))],
  tips: REPORT_TIPS,
  run(context, argv, reply) {
    const { commands: table, latency } = context.services;
    const mark = reply.beginDeferred();
    let count = 0;
    for (const id of commandIds(context, argv)) {
      const distribution = latency.distribution(id);
      if (distribution === null) continue;
      const bounds = distribution.doublings();
      reply.bulkLatin1(table.names[id]);
      reply.map(2);
      reply.bulkLatin1('calls');
      reply.integer(distribution.total);
      reply.bulkLatin1('histogram_usec');
      reply.map(bounds.length);
      for (const [microseconds, calls] of bounds) {
        reply.integer(microseconds);
        reply.integer(calls);
      }
      count++;
    }
    reply.endDeferredMap(mark, count);
  },
});

const latencyHelp = defineHelp('LATENCY', 'server', '2.8.13', [
  'DOCTOR',
  '    Return a human readable latency analysis report.',
  'GRAPH <event>',
  '    Return an ASCII latency graph for the <event> class.',
  'HISTORY <event>',
  '    Return time-latency samples for the <event> class.',
  'LATEST',
  '    Return the latest latency samples for all events.',
  'RESET [<event> ...]',
  '    Reset latency data of one or more <event> classes.',
  '    (default: reset all data for all event classes)',
  'HISTOGRAM [COMMAND ...]',
  '    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.',
  '    If no commands are specified then all histograms are replied.',
]);

export const latency = defineContainer({
  name: 'LATENCY',
  summary: 'A container for commands about latency.',
  group: 'server',
  since: '2.8.13',
  complexity: 'Depends on subcommand.',
  subcommands: [
    latencyDoctor,
    latencyGraph,
    latencyHelp,
    latencyHistogram,
    latencyHistory,
    latencyLatest,
    latencyReset,
  ],
});
