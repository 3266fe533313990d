/** COMMAND LIST: names of commands, those of subcommands included, that pass a filter. */
import { globMatches } from '../../base/glob.js';
import { oneOf, optional, pattern, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ACL_CATEGORY_NAMES, ACL_CONNECTION, LOADING, STALE } from '../flags.js';
import type { CommandTable } from '../table.js';

type Filter = (table: CommandTable, id: number) => boolean;

function filterOf(argv: Argv): Filter {
  if (argv.count === 2) return () => true;
  if (argv.count !== 5 || !argv.is(2, 'FILTERBY')) throw SYNTAX_ERROR;
  // januskv has no modules.
  if (argv.is(3, 'MODULE')) return () => false;
  if (argv.is(3, 'ACLCAT')) {
    const name = argv.latin1(4).toLowerCase();
    const [bit] = ACL_CATEGORY_NAMES.find(([, known]) => known === name) ?? [0];
    return (table, id) => (table.categoriesOf[id] & bit) !== 0;
  }
  if (argv.is(3, 'PATTERN')) {
    const { bytes, starts, ends } = argv;
    return (table, id) => {
      const name = Buffer.from(table.names[id]);
      return globMatches(bytes, starts[4], ends[4], name, 0, name.length, true);
    };
  }
  throw SYNTAX_ERROR;
}

export const commandList = defineCommand({
  name: 'LIST',
  summary: 'Returns the names of commands.',
  group: 'server',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of commands.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  args: [
    optional(
      withToken(
        'FILTERBY',
        oneOf(
          'filterby',
          withToken('MODULE', string('module-name')),
          withToken('ACLCAT', string('category')),
          withToken('PATTERN', pattern('pattern')),
        ),
      ),
    ),
  ],
  tips: ['nondeterministic_output_order'],
  run(context, argv, reply) {
    const table = context.services.commands;
    const passes = filterOf(argv);
    const names = table.names.filter((_, id) => passes(table, id));
    reply.array(names.length);
    for (const name of names) reply.bulkLatin1(name);
  },
});
