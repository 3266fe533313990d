/** COMMAND DOCS: what people, and redis-cli's hints, need to know of commands. */
import type { Reply } from '../../protocol/reply.js';
import { type Argument, many, optional, string } from '../arguments.js';
import { type Declaration, defineCommand } from '../define.js';
import { ACL_CONNECTION, LOADING, NOT_KEY, STALE } from '../flags.js';
import { type CommandTable, NO_COMMAND } from '../table.js';

function replyText(reply: Reply, name: string, value: string): void {
  reply.bulkLatin1(name);
  reply.bulkUtf8(value);
}

function replyWords(reply: Reply, name: string, words: readonly string[]): void {
  reply.bulkLatin1(name);
  reply.set(words.length);
  for (const word of words) reply.simple(word);
}

function flagsOf(argument: Argument): string[] {
  const flags: string[] = [];
  if (argument.isOptional) flags.push('optional');
  if (argument.isMultiple) flags.push('multiple');
  if (argument.isTokenRepeated) flags.push('multiple_token');
  return flags;
}

/** Routed like a key, and none: a sharded channel is a string to people. */
const isChannel = ({ keyFlags = 0 }: Argument): boolean => (keyFlags & NOT_KEY) !== 0;

/** Writes arguments. Keys are numbered by their specifications, which stand in the same order. */
class ArgumentWriter {
  #keySpec = 0;

  constructor(
    readonly reply: Reply,
    readonly keySpecCount: number,
  ) {}

  writeAll(args: readonly Argument[]): void {
    this.reply.array(args.length);
    for (const argument of args) this.#write(argument);
  }

  /** @returns -1 for what is no key */
  #keySpecOf(argument: Argument): number {
    if (argument.keySpecIndex !== undefined) return argument.keySpecIndex;
    if (argument.type !== 'key' || isChannel(argument)) return -1;
    // The last specification may be about several arguments, as that of LCS is.
    return Math.min(this.#keySpec++, this.keySpecCount - 1);
  }

  #write(argument: Argument): void {
    const { reply } = this;
    const { name, type, token, since, deprecatedSince, members } = argument;
    const flags = flagsOf(argument);
    const mark = reply.beginDeferred();
    let count = 0;
    const text = (field: string, value: string | undefined): void => {
      if (value === undefined) return;
      replyText(reply, field, value);
      count++;
    };
    text('name', name);
    text('type', isChannel(argument) ? 'string' : type);
    if (members === undefined) text('display_text', argument.displayText ?? name);
    const keySpec = this.#keySpecOf(argument);
    if (keySpec >= 0) {
      reply.bulkLatin1('key_spec_index');
      reply.integer(keySpec);
      count++;
    }
    text('token', token);
    text('since', since);
    text('deprecated_since', deprecatedSince);
    if (flags.length > 0) {
      replyWords(reply, 'flags', flags);
      count++;
    }
    if (members !== undefined) {
      reply.bulkLatin1('arguments');
      this.writeAll(members);
      count++;
    }
    reply.endDeferredMap(mark, count);
  }
}

function docFlagsOf(declaration: Declaration): string[] {
  const flags: string[] = [];
  if ('deprecated' in declaration && declaration.deprecated) flags.push('deprecated');
  if (declaration.isSystem) flags.push('syscmd');
  return flags;
}

function replyHistory(reply: Reply, history: readonly (readonly [string, string])[]): void {
  reply.bulkLatin1('history');
  reply.set(history.length);
  for (const [since, change] of history) {
    reply.array(2);
    reply.bulkUtf8(since);
    reply.bulkUtf8(change);
  }
}

function replyDocs(reply: Reply, table: CommandTable, id: number): void {
  const declaration = table.declarations[id];
  const { summary, since, group, complexity, history = [] } = declaration;
  const deprecated = 'deprecated' in declaration ? declaration.deprecated : undefined;
  const args = 'args' in declaration ? declaration.args : [];
  const docFlags = docFlagsOf(declaration);
  const subcommands = table.subcommandsOf[id];
  const mark = reply.beginDeferred();
  let count = 3;
  replyText(reply, 'summary', summary);
  replyText(reply, 'since', since);
  replyText(reply, 'group', group);
  if (complexity !== undefined) {
    replyText(reply, 'complexity', complexity);
    count++;
  }
  if (docFlags.length > 0) {
    replyWords(reply, 'doc_flags', docFlags);
    count++;
  }
  if (deprecated !== undefined) {
    replyText(reply, 'deprecated_since', deprecated.since);
    replyText(reply, 'replaced_by', deprecated.replacedBy);
    count += 2;
  }
  if (history.length > 0) {
    replyHistory(reply, history);
    count++;
  }
  if (args.length > 0) {
    reply.bulkLatin1('arguments');
    new ArgumentWriter(reply, table.keySpecsOf[id].length).writeAll(args);
    count++;
  }
  if (subcommands !== null) {
    reply.bulkLatin1('subcommands');
    replyAllDocs(reply, table, subcommands);
    count++;
  }
  reply.endDeferredMap(mark, count);
}

function replyAllDocs(reply: Reply, table: CommandTable, ids: readonly number[]): void {
  reply.map(ids.length);
  for (const id of ids) {
    reply.bulkLatin1(table.names[id]);
    replyDocs(reply, table, id);
  }
}

export const commandDocs = defineCommand({
  name: 'DOCS',
  summary: 'Documents some commands, or all.',
  group: 'server',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of commands asked for.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  args: [optional(many(string('command-name')))],
  tips: ['nondeterministic_output_order'],
  run(context, argv, reply) {
    const table = context.services.commands;
    if (argv.count === 2) {
      replyAllDocs(reply, table, table.topLevelIds);
      return;
    }
    const ids: number[] = [];
    for (let index = 2; index < argv.count; index++) {
      const id = table.byName(argv.latin1(index).toLowerCase());
      if (id !== NO_COMMAND) ids.push(id);
    }
    replyAllDocs(reply, table, ids);
  },
});
