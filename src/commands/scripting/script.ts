/** The container SCRIPT: scripts that are kept by their digests, and what is done about one that runs. */
import { ReplyError } from '../../protocol/reply-error.js';
import { many, oneOf, optional, since, string, token } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { ACL_SCRIPTING, ALLOW_BUSY, NOSCRIPT, STALE } from '../flags.js';
import type { DebugMode } from '../services/scripting.js';

const NOT_SYNC = new ReplyError('ERR SCRIPT FLUSH only support SYNC|ASYNC option');

/** Null for anything else. */
function debugMode(argv: Argv): DebugMode | null {
  if (argv.is(2, 'NO')) return 'no';
  if (argv.is(2, 'SYNC')) return 'sync';
  return argv.is(2, 'YES') ? 'yes' : null;
}

export const script = defineContainer({
  name: 'SCRIPT',
  summary: 'A container for Lua scripts management commands.',
  group: 'scripting',
  since: '2.6.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    defineCommand({
      name: 'LOAD',
      summary: 'Loads a server-side Lua script to the script cache.',
      group: 'scripting',
      since: '2.6.0',
      complexity: 'O(N) with N being the length in bytes of the script body.',
      flags: NOSCRIPT | STALE,
      acl: ACL_SCRIPTING,
      args: [string('script')],
      tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
      run(context, argv, reply) {
        reply.bulkLatin1(context.services.scripting.load(argv.copy(2)));
      },
    }),
    defineCommand({
      name: 'EXISTS',
      summary: 'Determines whether server-side Lua scripts exist in the script cache.',
      group: 'scripting',
      since: '2.6.0',
      complexity:
        'O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).',
      flags: NOSCRIPT,
      args: [many(string('sha1'))],
      tips: ['request_policy:all_shards', 'response_policy:agg_logical_and'],
      run(context, argv, reply) {
        reply.array(argv.count - 2);
        for (let index = 2; index < argv.count; index++) {
          reply.integer(context.services.scripting.exists(argv.latin1(index)) ? 1 : 0);
        }
      },
    }),
    defineCommand({
      name: 'FLUSH',
      summary: 'Removes all server-side Lua scripts from the script cache.',
      group: 'scripting',
      since: '2.6.0',
      complexity: 'O(N) with N being the number of scripts in cache',
      flags: NOSCRIPT,
      args: [optional(since('6.2.0', oneOf('flush-type', token('ASYNC'), token('SYNC'))))],
      tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
      history: [['6.2.0', 'Added the `ASYNC` and `SYNC` flushing mode modifiers.']],
      run(context, argv, reply) {
        if (argv.count > 3 || (argv.count === 3 && !argv.is(2, 'SYNC') && !argv.is(2, 'ASYNC')))
          throw NOT_SYNC;
        context.services.scripting.flush();
        reply.ok();
      },
    }),
    defineCommand({
      name: 'KILL',
      summary: 'Terminates a server-side Lua script during execution.',
      group: 'scripting',
      since: '2.6.0',
      complexity: 'O(1)',
      flags: NOSCRIPT | ALLOW_BUSY,
      args: [],
      tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
      run(context, _argv, reply) {
        context.services.scripting.kill('script');
        reply.ok();
      },
    }),
    defineCommand({
      name: 'DEBUG',
      summary: 'Sets the debug mode of server-side Lua scripts.',
      group: 'scripting',
      since: '3.2.0',
      complexity: 'O(1)',
      flags: NOSCRIPT,
      args: [oneOf('mode', token('YES'), token('SYNC'), token('NO'))],
      run(context, argv, reply) {
        context.services.scripting.setDebugMode(debugMode(argv), reply);
        reply.ok();
      },
    }),
    defineHelp('SCRIPT', 'scripting', '5.0.0', [
      'DEBUG (YES|SYNC|NO)',
      '    Set the debug mode for subsequent scripts executed.',
      'EXISTS <sha1> [<sha1> ...]',
      '    Return information about the existence of the scripts in the script cache.',
      'FLUSH [ASYNC|SYNC]',
      '    Flush the Lua scripts cache. Very dangerous on replicas.',
      '    When called without the optional mode argument, the behavior is determined by the',
      '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
      '    * ASYNC: Asynchronously flush the scripts cache.',
      '    * SYNC: Synchronously flush the scripts cache.',
      'KILL',
      '    Kill the currently executing Lua script.',
      'LOAD <script>',
      '    Load a script into the scripts cache without executing it.',
    ]),
  ],
});
