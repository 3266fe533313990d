/** MODULE: there are none, and none can be loaded. `enable-module-command` says who may hear why. */
import { ReplyError } from '../../protocol/reply-error.js';
import { type Argument, block, many, manyWithToken, optional, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import {
  type CommandDeclaration,
  defineCommand,
  defineContainer,
  defineHelp,
  type Handler,
} from '../define.js';
import { ADMIN, NO_ASYNC_LOADING, NOSCRIPT } from '../flags.js';

const NOT_LOADED = new ReplyError('ERR Error loading the extension. Please check the server logs.');
const NOT_THERE = new ReplyError('ERR Error unloading module: no such module with that name');

const moduleList = defineCommand({
  name: 'LIST',
  summary: 'Returns the modules that are loaded.',
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the number of modules.',
  flags: ADMIN | NOSCRIPT,
  args: [],
  tips: ['nondeterministic_output_order'],
  run: (_context, _argv, reply) => reply.array(0),
});

/** A module is a library of machine code that asks for Redis' own functions. */
function refuseToLoad({ services }: Context, argv: Argv): never {
  services.debugging.log(`Module ${argv.utf8(2)} failed to load: januskv runs no modules`);
  throw NOT_LOADED;
}

const changing = (
  name: string,
  summary: string,
  since: string,
  args: readonly Argument[],
  run: Handler,
): CommandDeclaration => ({
  name,
  summary,
  group: 'server',
  since,
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING,
  args,
  run,
});

const moduleLoad = changing(
  'LOAD',
  'Loads a module.',
  '4.0.0',
  [string('path'), optional(many(string('arg')))],
  refuseToLoad,
);
const moduleLoadEx = changing(
  'LOADEX',
  'Loads a module with a configuration.',
  '7.0.0',
  [
    string('path'),
    optional(manyWithToken('CONFIG', block('configs', string('name'), string('value')))),
    optional(withToken('ARGS', many(block('args', string('arg'))))),
  ],
  refuseToLoad,
);
const moduleUnload = changing('UNLOAD', 'Unloads a module.', '4.0.0', [string('name')], () => {
  throw NOT_THERE;
});

const moduleHelp = defineHelp('MODULE', 'server', '5.0.0', [
  'LIST',
  '    Return a list of loaded modules.',
  'LOAD <path> [<arg> ...]',
  '    Load a module library from <path>, passing to it any optional arguments.',
  'LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]',
  '    Load a module library from <path>, while passing it module configurations and optional arguments.',
  'UNLOAD <name>',
  '    Unload a module.',
]);

export const modules = defineContainer({
  name: 'MODULE',
  summary: 'A container for commands about modules.',
  group: 'server',
  since: '4.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [moduleHelp, moduleList, moduleLoad, moduleLoadEx, moduleUnload],
});
