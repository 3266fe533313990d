/** MODULE: there are none, and none can be loaded. */
import { ReplyError } from '../../protocol/reply-error.js';
import { type Argument, block, many, manyWithToken, optional, string, withToken } from '../arguments.js';
import { type CommandDeclaration, defineCommand, defineContainer, defineHelp } from '../define.js';
import { ADMIN, NO_ASYNC_LOADING, NOSCRIPT } from '../flags.js';

const NOT_ALLOWED = new ReplyError(
  'ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
);

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

/** As Redis answers where `enable-module-command` is no, which it always is here. */
const refused = (
  name: string,
  summary: string,
  since: string,
  args: readonly Argument[],
): CommandDeclaration => ({
  name,
  summary,
  group: 'server',
  since,
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING,
  args,
  run() {
    throw NOT_ALLOWED;
  },
});

const moduleLoad = refused('LOAD', 'Loads a module.', '4.0.0', [
  string('path'),
  optional(many(string('arg'))),
]);
const moduleLoadEx = refused('LOADEX', 'Loads a module with a configuration.', '7.0.0', [
  string('path'),
  optional(manyWithToken('CONFIG', block('configs', string('name'), string('value')))),
  optional(withToken('ARGS', many(block('args', string('arg'))))),
]);
const moduleUnload = refused('UNLOAD', 'Unloads a module.', '4.0.0', [string('name')]);

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
