/**
 * Every command with requests made from its declaration: what tests of all commands at once go by. A new command is
 * among them as soon as it is in the table.
 */
import { allCommands } from '../../../src/commands/all.js';
import type { CommandDeclaration } from '../../../src/commands/define.js';
import { CommandKeys } from '../../../src/commands/keys.js';
import { CommandTable } from '../../../src/commands/table.js';
import { type Sample, samplesOf } from '../../support/sample-request.js';

export const table = new CommandTable(allCommands);
export const keys = new CommandKeys(table);

export interface Command {
  readonly id: number;
  readonly name: string;
  readonly declaration: CommandDeclaration;
  readonly samples: readonly Sample[];
}

/** Values of arguments that only this command takes. */
const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'acl|setuser': { rule: 'on' },
  zremrangebylex: { min: '-', max: '+' },
  xautoclaim: { 'min-idle-time': '0', start: '0' },
  xsetid: { 'last-id': '9-9' },
  xtrim: { threshold: '1' },
  zlexcount: { min: '-', max: '+' },
  zrangebylex: { min: '-', max: '+' },
  zrevrangebylex: { min: '-', max: '+' },
  'command|getkeys': { command: 'GET', arg: 'key' },
  'command|getkeysandflags': { command: 'GET', arg: 'key' },
};

/** Samples that mean nothing without what their declaration doesn't tell. */
export const MEANINGLESS: ReadonlySet<string> = new Set([
  'ZRANGE with LIMIT',
  'ZRANGE with BYLEX',
  'ZRANGESTORE with LIMIT',
  'ZRANGESTORE with BYLEX',
  'COMMAND GETKEYS',
  'COMMAND GETKEYSANDFLAGS',
  // A key beside KEYS.
  'MIGRATE with KEYS',
  // One key is announced and none is there.
  ...['EVAL', 'EVAL_RO', 'EVALSHA', 'EVALSHA_RO', 'FCALL', 'FCALL_RO'].flatMap((name) => [
    name,
    `${name} with arg`,
  ]),
]);

/** What a sample would do to the test itself. */
const NOT_RUN: Readonly<Record<string, string>> = {
  shutdown: 'ends the process',
  debug: 'does not declare its subcommands, and some end the process',
  save: 'writes to the disk',
  bgsave: 'writes to the disk',
  bgrewriteaof: 'writes to the disk',
};

export const commands: readonly Command[] = table.declarations
  .map((declaration, id) => ({ declaration, id, name: table.names[id] }))
  .flatMap(({ declaration, id, name }) =>
    'subcommands' in declaration || name in NOT_RUN
      ? []
      : [{ id, name, declaration, samples: samplesOf(name, declaration, ARGUMENTS[name]) }],
  );
