/** CONFIG: reads and changes the live configuration. */
import type { Reply } from '../../protocol/reply.js';
import { block, many, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';

type Pairs = readonly (readonly [name: string, value: string])[];

const CONFIGURING = ADMIN | NOSCRIPT | LOADING | STALE;

const configGet = defineCommand({
  name: 'GET',
  summary: 'Returns directives and their values.',
  group: 'server',
  since: '2.0.0',
  complexity: 'O(N) when N is the number of patterns.',
  flags: CONFIGURING,
  args: [many(string('parameter'))],
  history: [['7.0.0', 'Added the ability to pass multiple pattern parameters in one call']],
  run(context, argv, reply) {
    const patterns: string[] = [];
    for (let index = 2; index < argv.count; index++) patterns.push(argv.latin1(index));
    const found = context.services.configuration.matching(patterns);
    reply.map(found.size);
    for (const [name, value] of found) {
      reply.bulkLatin1(name);
      reply.bulkLatin1(value);
    }
  },
});

function pairsOf(argv: Argv): [name: string, value: string][] {
  if (argv.count % 2 !== 0) throw SYNTAX_ERROR;
  const pairs: [string, string][] = [];
  for (let index = 2; index < argv.count; index += 2) {
    pairs.push([argv.latin1(index), argv.latin1(index + 1)]);
  }
  return pairs;
}

/** Sockets move until later: the client waits, and its request is run again when they have. */
function move({ client, services }: Context, argv: Argv, pairs: Pairs, reply: Reply): void {
  const { blocking, configuration } = services;
  if (blocking.isTimeUp) {
    configuration.finishMove(client);
  } else if (configuration.beginMove(pairs, client, blocking.canBlock)) {
    blocking.waitForTime(argv, 0);
    configuration.awaitMove(client);
    return;
  }
  reply.ok();
}

const configSet = defineCommand({
  name: 'SET',
  summary: 'Sets directives while the server runs.',
  group: 'server',
  since: '2.0.0',
  complexity: 'O(N) when N is the number of directives.',
  flags: CONFIGURING,
  args: [many(block('data', string('parameter'), string('value')))],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  history: [['7.0.0', 'Added the ability to set multiple parameters in one call.']],
  run(context, argv, reply) {
    const { configuration, secrets } = context.services;
    const pairs = pairsOf(argv);
    for (const [index, [name]] of pairs.entries()) {
      if (configuration.isSecret(name)) secrets.redact(3 + 2 * index);
    }
    if (configuration.movesSockets(pairs)) {
      move(context, argv, pairs, reply);
      return;
    }
    configuration.set(pairs, context.client);
    reply.ok();
  },
});

const configRewrite = defineCommand({
  name: 'REWRITE',
  summary: 'Writes the configuration to the file that it was read from.',
  group: 'server',
  since: '2.8.0',
  complexity: 'O(1)',
  flags: CONFIGURING,
  args: [],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, _argv, reply) {
    context.services.configuration.rewrite();
    reply.ok();
  },
});

const configResetStat = defineCommand({
  name: 'RESETSTAT',
  summary: "Sets INFO's counters back.",
  group: 'server',
  since: '2.0.0',
  complexity: 'O(1)',
  flags: CONFIGURING,
  args: [],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, _argv, reply) {
    context.services.configuration.resetStatistics();
    reply.ok();
  },
});

const configHelp = defineHelp('CONFIG', 'server', '5.0.0', [
  'GET <pattern>',
  '    Return parameters matching the glob-like <pattern> and their values.',
  'SET <directive> <value>',
  '    Set the configuration <directive> to <value>.',
  'RESETSTAT',
  '    Reset statistics reported by the INFO command.',
  'REWRITE',
  '    Rewrite the configuration file.',
]);

export const config = defineContainer({
  name: 'CONFIG',
  summary: 'A container for commands about the configuration.',
  group: 'server',
  since: '2.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [configGet, configHelp, configResetStat, configRewrite, configSet],
});
