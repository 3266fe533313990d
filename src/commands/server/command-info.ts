/** COMMAND, COMMAND INFO and COUNT: what a client library needs to know of commands to route them. */
import type { Reply } from '../../protocol/reply.js';
import { type KeySpec, many, optional, string } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACL_CATEGORY_NAMES, ACL_CONNECTION, FLAG_NAMES, KEY_FLAG_NAMES, LOADING, STALE } from '../flags.js';
import { type CommandTable, NO_COMMAND } from '../table.js';

/** Names of the bits that are set, as a set of status lines. */
export function replyFlags(
  reply: Reply,
  flags: number,
  names: readonly (readonly [number, string])[],
  prefix = '',
): void {
  const set = names.filter(([bit]) => (flags & bit) !== 0);
  reply.set(set.length);
  for (const [, name] of set) reply.simple(prefix + name);
}

function replyBegin(reply: Reply, { begin }: KeySpec): void {
  reply.map(2);
  reply.bulkLatin1('type');
  reply.bulkLatin1(begin.type);
  reply.bulkLatin1('spec');
  if (begin.type === 'index') {
    reply.map(1);
    reply.bulkLatin1('index');
    reply.integer(begin.index);
  } else if (begin.type === 'keyword') {
    reply.map(2);
    reply.bulkLatin1('keyword');
    reply.bulkLatin1(begin.keyword);
    reply.bulkLatin1('startfrom');
    reply.integer(begin.startFrom);
  } else {
    reply.map(0);
  }
}

function replyFind(reply: Reply, { find }: KeySpec): void {
  const fields: [string, number][] =
    find.type === 'range'
      ? [
          ['lastkey', find.last],
          ['keystep', find.step],
          ['limit', find.limit],
        ]
      : find.type === 'keynum'
        ? [
            ['keynumidx', find.countAt],
            ['firstkey', find.firstKey],
            ['keystep', find.step],
          ]
        : [];
  reply.map(2);
  reply.bulkLatin1('type');
  reply.bulkLatin1(find.type);
  reply.bulkLatin1('spec');
  reply.map(fields.length);
  for (const [name, value] of fields) {
    reply.bulkLatin1(name);
    reply.integer(value);
  }
}

function replyKeySpec(reply: Reply, spec: KeySpec): void {
  reply.map(spec.notes === undefined ? 3 : 4);
  if (spec.notes !== undefined) {
    reply.bulkLatin1('notes');
    reply.bulkLatin1(spec.notes);
  }
  reply.bulkLatin1('flags');
  replyFlags(reply, spec.flags, KEY_FLAG_NAMES);
  reply.bulkLatin1('begin_search');
  replyBegin(reply, spec);
  reply.bulkLatin1('find_keys');
  replyFind(reply, spec);
}

function replyInfo(reply: Reply, table: CommandTable, id: number): void {
  const range = table.keyRangeOf[id];
  const { tips = [] } = table.declarations[id];
  const specs = table.keySpecsOf[id];
  const subcommands = table.subcommandsOf[id];
  reply.array(10);
  reply.bulkLatin1(table.names[id]);
  reply.integer(table.arityOf[id]);
  replyFlags(reply, table.flagsOf[id], FLAG_NAMES);
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  replyFlags(reply, table.categoriesOf[id], ACL_CATEGORY_NAMES, '@');
  reply.set(tips.length);
  for (const tip of tips) reply.bulkLatin1(tip);
  reply.set(specs.length);
  for (const spec of specs) replyKeySpec(reply, spec);
  if (subcommands === null) {
    reply.set(0);
    return;
  }
  reply.array(subcommands.length);
  for (const subcommand of subcommands) replyInfo(reply, table, subcommand);
}

export function replyAllInfo(reply: Reply, table: CommandTable): void {
  const ids = table.topLevelIds;
  reply.array(ids.length);
  for (const id of ids) replyInfo(reply, table, id);
}

export const commandInfo = defineCommand({
  name: 'INFO',
  summary: 'Describes some commands, or all.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(N) where N is the number of commands asked for.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  args: [optional(many(string('command-name')))],
  tips: ['nondeterministic_output_order'],
  history: [['7.0.0', 'Allowed to be called with no argument to get info on all commands.']],
  run(context, argv, reply) {
    const table = context.services.commands;
    if (argv.count === 2) {
      replyAllInfo(reply, table);
      return;
    }
    reply.array(argv.count - 2);
    for (let index = 2; index < argv.count; index++) {
      const id = table.byName(argv.latin1(index).toLowerCase());
      if (id === NO_COMMAND) reply.null();
      else replyInfo(reply, table, id);
    }
  },
});

export const commandCount = defineCommand({
  name: 'COUNT',
  summary: 'Returns the number of commands.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(1)',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  args: [],
  run(context, _argv, reply) {
    reply.integer(context.services.commands.topLevelIds.length);
  },
});
