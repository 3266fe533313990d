/**
 * CLUSTER, READONLY, READWRITE, ASKING: this server is alone, and says so as a Redis without cluster support does.
 * The subcommands are declared because clients and ACL rules know them by name.
 */
import { ReplyError } from '../../protocol/reply-error.js';
import {
  type Argument,
  block,
  integer,
  many,
  oneOf,
  optional,
  since,
  string,
  token,
  withToken,
} from '../arguments.js';
import { type CommandDeclaration, defineContainer, type Handler } from '../define.js';
import { ACL_CONNECTION, ADMIN, FAST, LOADING, NO_ASYNC_LOADING, NOSCRIPT, STALE } from '../flags.js';

const NO_CLUSTER = new ReplyError('ERR This instance has cluster support disabled');

const refuse: Handler = () => {
  throw NO_CLUSTER;
};

const READING = STALE;
const CHANGING = ADMIN | STALE | NO_ASYNC_LOADING;
const CHANGING_OUTPUT = ['nondeterministic_output'];

const slot = integer('slot');
const slotRanges = [many(block('range', integer('start-slot'), integer('end-slot')))];

function subcommand(
  name: string,
  summary: string,
  flags: number,
  args: readonly Argument[] = [],
  more: Partial<CommandDeclaration> = {},
): CommandDeclaration {
  return {
    name,
    summary,
    group: 'cluster',
    since: '3.0.0',
    complexity: 'O(1)',
    flags,
    args,
    run: refuse,
    ...more,
  };
}

const subcommands: readonly CommandDeclaration[] = [
  subcommand('ADDSLOTS', 'Assigns slots to this node.', CHANGING, [many(slot)]),
  subcommand('ADDSLOTSRANGE', 'Assigns ranges of slots to this node.', CHANGING, slotRanges, {
    since: '7.0.0',
  }),
  subcommand('BUMPEPOCH', 'Advances the epoch.', CHANGING, [], { tips: CHANGING_OUTPUT }),
  subcommand(
    'COUNT-FAILURE-REPORTS',
    'Counts reports of failure of a node.',
    ADMIN | STALE,
    [string('node-id')],
    {
      tips: CHANGING_OUTPUT,
    },
  ),
  subcommand('COUNTKEYSINSLOT', 'Counts the keys of a slot.', READING, [slot]),
  subcommand('DELSLOTS', 'Makes this node forget slots.', CHANGING, [many(slot)]),
  subcommand('DELSLOTSRANGE', 'Makes this node forget ranges of slots.', CHANGING, slotRanges, {
    since: '7.0.0',
  }),
  subcommand('FAILOVER', 'Makes a replica take over from its master.', CHANGING, [
    optional(oneOf('options', token('FORCE'), token('TAKEOVER'))),
  ]),
  subcommand('FLUSHSLOTS', 'Makes this node forget all slots.', CHANGING),
  subcommand('FORGET', 'Removes a node.', CHANGING, [string('node-id')]),
  subcommand('GETKEYSINSLOT', 'Returns keys of a slot.', READING, [slot, integer('count')], {
    tips: CHANGING_OUTPUT,
  }),
  subcommand('HELP', 'Describes the subcommands.', LOADING | STALE, [], { since: '5.0.0' }),
  subcommand('INFO', 'Describes the state of this node.', READING, [], { tips: CHANGING_OUTPUT }),
  subcommand('KEYSLOT', 'Returns the slot of a key.', READING, [string('key')]),
  subcommand('LINKS', 'Lists the links to other nodes.', READING, [], {
    since: '7.0.0',
    tips: CHANGING_OUTPUT,
  }),
  subcommand(
    'MEET',
    'Makes this node meet another.',
    CHANGING,
    [string('ip'), integer('port'), optional(since('4.0.0', integer('cluster-bus-port')))],
    { history: [['4.0.0', 'Added the optional `cluster_bus_port` argument.']] },
  ),
  subcommand('MYID', 'Returns the id of this node.', READING),
  subcommand('MYSHARDID', 'Returns the id of the shard of this node.', READING, [], {
    since: '7.2.0',
    tips: CHANGING_OUTPUT,
  }),
  subcommand('NODES', 'Lists the nodes.', READING, [], { tips: CHANGING_OUTPUT }),
  subcommand('REPLICAS', 'Lists the replicas of a master.', ADMIN | STALE, [string('node-id')], {
    since: '5.0.0',
    tips: CHANGING_OUTPUT,
  }),
  subcommand('REPLICATE', 'Makes this node a replica.', CHANGING, [string('node-id')]),
  subcommand('RESET', 'Makes this node forget the cluster.', ADMIN | NOSCRIPT | STALE, [
    optional(oneOf('reset-type', token('HARD'), token('SOFT'))),
  ]),
  subcommand('SAVECONFIG', 'Saves the configuration of the cluster.', CHANGING),
  subcommand('SET-CONFIG-EPOCH', 'Sets the epoch of a new node.', CHANGING, [integer('config-epoch')]),
  subcommand('SETSLOT', 'Moves a slot.', CHANGING, [
    slot,
    oneOf(
      'subcommand',
      withToken('IMPORTING', string('importing')),
      withToken('MIGRATING', string('migrating')),
      withToken('NODE', string('node')),
      token('STABLE'),
    ),
  ]),
  subcommand('SHARDS', 'Lists the shards.', READING, [], { since: '7.0.0', tips: CHANGING_OUTPUT }),
  subcommand('SLAVES', 'Lists the replicas of a master.', ADMIN | STALE, [string('node-id')], {
    tips: CHANGING_OUTPUT,
    deprecated: { since: '5.0.0', replacedBy: '`CLUSTER REPLICAS`' },
  }),
  subcommand('SLOTS', 'Lists which node has which slots.', READING, [], {
    tips: CHANGING_OUTPUT,
    deprecated: { since: '7.0.0', replacedBy: '`CLUSTER SHARDS`' },
    history: [
      ['4.0.0', 'Added node IDs.'],
      ['7.0.0', 'Added additional networking metadata field.'],
    ],
  }),
];

export const cluster = defineContainer({
  name: 'CLUSTER',
  summary: 'A container for commands about clusters.',
  group: 'cluster',
  since: '3.0.0',
  complexity: 'Depends on subcommand.',
  subcommands,
});

const mode = (name: string, summary: string, flags: number): CommandDeclaration => ({
  name,
  summary,
  group: 'cluster',
  since: '3.0.0',
  complexity: 'O(1)',
  flags,
  acl: ACL_CONNECTION,
  args: [],
  run: refuse,
});

export const asking = mode('ASKING', 'Lets the next request use a slot that is being moved here.', FAST);
export const readonly = mode('READONLY', 'Lets the connection read from a replica.', LOADING | STALE | FAST);
export const readwrite = mode('READWRITE', 'Ends READONLY.', LOADING | STALE | FAST);
