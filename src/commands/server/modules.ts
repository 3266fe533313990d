/** MODULE: there are none. */
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { ADMIN, NOSCRIPT } from '../flags.js';

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

const moduleHelp = defineHelp('MODULE', 'server', '5.0.0', [
  'LIST',
  '    Return the modules that are loaded: januskv has none.',
]);

export const modules = defineContainer({
  name: 'MODULE',
  summary: 'A container for commands about modules.',
  group: 'server',
  since: '4.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [moduleHelp, moduleList],
});
