/**
 * One declaration per command: a typed literal beside its handler. Everything else is derived from it:
 * arity, key positions, ACL categories, COMMAND's answers, the support table, and a set of free tests.
 */
import type { Reply } from '../protocol/reply.js';
import type { Argument, KeySpec } from './arguments.js';
import type { Argv } from './argv.js';
import type { Context } from './context.js';
import { type Group, LOADING, STALE } from './flags.js';

/**
 * Runs a command. Synchronous; `argv`, `reply` and every view of a value are valid until it returns. A
 * client's mistake is thrown as a `ReplyError`, before anything was changed: what was replied so far
 * is taken back.
 */
export type Handler = (context: Context, argv: Argv, reply: Reply) => void;

/** Tells every key of a request that specifications can't find. @param found gets argument indexes */
export type KeyFinder = (argv: Argv, found: (index: number, flags: number) => void) => void;

export interface CommandDeclaration {
  /** In upper case; a subcommand's own word. */
  readonly name: string;
  readonly summary: string;
  readonly group: Group;
  readonly since: string;
  readonly complexity?: string | undefined;
  /** WRITE, READONLY, FAST … */
  readonly flags: number;
  readonly args: readonly Argument[];
  readonly run: Handler;
  /** Where the rule over `args` doesn't give Redis' arity. */
  readonly arity?: number;
  /** Where the rule over `args` doesn't give Redis' key specifications. */
  readonly keySpecs?: readonly KeySpec[];
  readonly keyFinder?: KeyFinder;
  /** ACL categories beside those that group and flags imply. */
  readonly acl?: number;
  /** False: the group's own ACL category doesn't hold. */
  readonly isInGroupCategory?: boolean;
  /** COMMAND INFO's tips: `nondeterministic_output`, `request_policy:all_shards` … */
  readonly tips?: readonly string[];
  readonly history?: readonly (readonly [since: string, change: string])[];
  /** Not for people: Redis' own machinery, or its developers. */
  readonly isSystem?: boolean;
  readonly deprecated?: { readonly since: string; readonly replacedBy: string };
}

export interface ContainerDeclaration {
  readonly name: string;
  readonly summary: string;
  readonly group: Group;
  readonly since: string;
  readonly complexity?: string;
  readonly flags?: number;
  readonly subcommands: readonly CommandDeclaration[];
  /** ACL categories beside those that the flags imply: the group's own holds for the subcommands only. */
  readonly acl?: number;
  readonly tips?: readonly string[];
  readonly history?: readonly (readonly [since: string, change: string])[];
  readonly isSystem?: boolean;
  /** -2 unless the container may stand alone, as COMMAND may. */
  readonly arity?: number;
  /** Runs when it stands alone. */
  readonly run?: Handler;
}

export type Declaration = CommandDeclaration | ContainerDeclaration;

export const defineCommand = (declaration: CommandDeclaration): CommandDeclaration => declaration;
export const defineContainer = (declaration: ContainerDeclaration): ContainerDeclaration => declaration;

/** HELP of a container: Redis frames the lines of every container alike. */
export function defineHelp(
  container: string,
  group: Group,
  since: string,
  lines: readonly string[],
): CommandDeclaration {
  const all = [
    `${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
    ...lines,
    'HELP',
    '    Prints this help.',
  ];
  return {
    name: 'HELP',
    summary: 'Returns helpful text about the different subcommands.',
    group,
    since,
    complexity: 'O(1)',
    flags: LOADING | STALE,
    args: [],
    run(_context, _argv, reply) {
      reply.array(all.length);
      for (const line of all) reply.simple(line);
    },
  };
}
