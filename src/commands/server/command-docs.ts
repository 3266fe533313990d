/** COMMAND DOCS: what people, and redis-cli's hints, need to know of commands. */
import type { Reply } from '../../protocol/reply.js';
import { type Argument, many, optional, string } from '../arguments.js';
import { type Declaration, defineCommand } from '../define.js';
import { ACL_CONNECTION, LOADING, NOT_KEY, STALE } from '../flags.js';
import { type CommandTable, NO_COMMAND } from '../table.js';

type Resp = Reply['resp'];

/** A pair of a map, as RESP. The texts are ASCII: a character is a byte (a test checks). */
function pair(name: string, value: string): string {
  return bulk(name) + bulk(value);
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function map(resp: Resp, count: number, pairs: string): string {
  return resp === 2 ? `*${2 * count}\r\n${pairs}` : `%${count}\r\n${pairs}`;
}

function setHeader(resp: Resp, count: number): string {
  return resp === 2 ? `*${count}\r\n` : `~${count}\r\n`;
}

function words(resp: Resp, name: string, each: readonly string[]): string {
  let text = bulk(name) + setHeader(resp, each.length);
  for (const word of each) text += `+${word}\r\n`;
  return text;
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

/** Writes a command's arguments. Keys are numbered by their specifications, which stand in the same order. */
class ArgumentWriter {
  #keySpec = 0;

  constructor(
    readonly resp: Resp,
    readonly keySpecCount: number,
  ) {}

  textOf(args: readonly Argument[]): string {
    let text = `*${args.length}\r\n`;
    for (const argument of args) text += this.#textOf(argument);
    return text;
  }

  /** @returns -1 for what is no key */
  #keySpecOf(argument: Argument): number {
    if (argument.keySpecIndex !== undefined) return argument.keySpecIndex;
    if (argument.type !== 'key' || isChannel(argument)) return -1;
    // The last specification may be about several arguments, as that of LCS is.
    return Math.min(this.#keySpec++, this.keySpecCount - 1);
  }

  #textOf(argument: Argument): string {
    const { name, type, token, since, deprecatedSince, members } = argument;
    const flags = flagsOf(argument);
    let count = 2;
    let text = pair('name', name) + pair('type', isChannel(argument) ? 'string' : type);
    const add = (more: string): void => {
      text += more;
      count++;
    };
    if (members === undefined) add(pair('display_text', argument.displayText ?? name));
    const keySpec = this.#keySpecOf(argument);
    if (keySpec >= 0) add(`${bulk('key_spec_index')}:${keySpec}\r\n`);
    if (token !== undefined) add(pair('token', token));
    if (since !== undefined) add(pair('since', since));
    if (deprecatedSince !== undefined) add(pair('deprecated_since', deprecatedSince));
    if (flags.length > 0) add(words(this.resp, 'flags', flags));
    if (members !== undefined) add(bulk('arguments') + this.textOf(members));
    return map(this.resp, count, text);
  }
}

function docFlagsOf(declaration: Declaration): string[] {
  const flags: string[] = [];
  if ('deprecated' in declaration && declaration.deprecated) flags.push('deprecated');
  if (declaration.isSystem) flags.push('syscmd');
  return flags;
}

function historyText(resp: Resp, history: readonly (readonly [string, string])[]): string {
  let text = bulk('history') + setHeader(resp, history.length);
  for (const [since, change] of history) text += `*2\r\n${pair(since, change)}`;
  return text;
}

function docsOf(resp: Resp, table: CommandTable, id: number): string {
  const declaration = table.declarations[id];
  const { summary, since, group, complexity, history = [] } = declaration;
  const deprecated = 'deprecated' in declaration ? declaration.deprecated : undefined;
  const args = 'args' in declaration ? declaration.args : [];
  const docFlags = docFlagsOf(declaration);
  const subcommands = table.subcommandsOf[id];
  let count = 3;
  let text = pair('summary', summary) + pair('since', since) + pair('group', group);
  const add = (more: string): void => {
    text += more;
    count++;
  };
  if (complexity !== undefined) add(pair('complexity', complexity));
  if (docFlags.length > 0) add(words(resp, 'doc_flags', docFlags));
  if (deprecated !== undefined) {
    add(pair('deprecated_since', deprecated.since));
    add(pair('replaced_by', deprecated.replacedBy));
  }
  if (history.length > 0) add(historyText(resp, history));
  if (args.length > 0) {
    add(bulk('arguments') + new ArgumentWriter(resp, table.keySpecsOf[id].length).textOf(args));
  }
  if (subcommands !== null) add(bulk('subcommands') + allDocsOf(resp, table, subcommands));
  return map(resp, count, text);
}

function allDocsOf(resp: Resp, table: CommandTable, ids: readonly number[]): string {
  let text = '';
  for (const id of ids) text += bulk(table.names[id]) + docsOf(resp, table, id);
  return map(resp, ids.length, text);
}

/** All at once, because 14,000 small writes of code that hardly ever runs took twice as long on a new server. */
function replyDocs(reply: Reply, table: CommandTable, ids: readonly number[]): void {
  reply.raw(Buffer.from(allDocsOf(reply.resp, table, ids), 'latin1'));
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
      replyDocs(reply, table, table.topLevelIds);
      return;
    }
    const ids: number[] = [];
    for (let index = 2; index < argv.count; index++) {
      const id = table.byName(argv.latin1(index).toLowerCase());
      if (id !== NO_COMMAND) ids.push(id);
    }
    replyDocs(reply, table, ids);
  },
});
