/** The container FUNCTION: libraries, whose functions are kept by their names. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { oneOf, optional, string, token, withToken } from '../arguments.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { ACL_SCRIPTING, ALLOW_BUSY, DENYOOM, NOSCRIPT, WRITE } from '../flags.js';
import type { ListedLibrary, RestorePolicy } from '../services/functions.js';
import { wrongForm } from '../wrong-form.js';

const ALL_SHARDS = ['request_policy:all_shards', 'response_policy:all_succeeded'];

const NO_LIBRARY = new ReplyError('ERR Library not found');
const NO_PATTERN = new ReplyError('ERR library name argument was not given');
const BAD_FLUSH = new ReplyError('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
const BAD_POLICY = new ReplyError(
  'ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.',
);

const load = defineCommand({
  name: 'LOAD',
  summary: 'Creates a library.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(1) (considering compilation time is redundant)',
  flags: NOSCRIPT | WRITE | DENYOOM,
  acl: ACL_SCRIPTING,
  args: [optional(token('REPLACE')), string('function-code')],
  tips: ALL_SHARDS,
  run(context, argv, reply) {
    let at = 2;
    let replaces = false;
    for (; at < argv.count - 1; at++) {
      if (!argv.is(at, 'REPLACE')) throw new ReplyError(`ERR Unknown option given: ${argv.shown(at)}`);
      replaces = true;
    }
    const name = context.services.functions.loadLibrary(argv.copy(at), replaces);
    context.dirty++;
    reply.bulkLatin1(name);
  },
});

const remove = defineCommand({
  name: 'DELETE',
  summary: 'Deletes a library and its functions.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | WRITE,
  acl: ACL_SCRIPTING,
  args: [string('library-name')],
  tips: ALL_SHARDS,
  run(context, argv, reply) {
    if (!context.services.functions.deleteLibrary(argv.latin1(2))) throw NO_LIBRARY;
    context.dirty++;
    reply.ok();
  },
});

const flush = defineCommand({
  name: 'FLUSH',
  summary: 'Deletes all libraries and functions.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of functions deleted',
  flags: NOSCRIPT | WRITE,
  acl: ACL_SCRIPTING,
  args: [optional(oneOf('flush-type', token('ASYNC'), token('SYNC')))],
  tips: ALL_SHARDS,
  run(context, argv, reply) {
    if (argv.count > 3) throw wrongForm(argv, 'FUNCTION');
    if (argv.count === 3 && !argv.is(2, 'SYNC') && !argv.is(2, 'ASYNC')) throw BAD_FLUSH;
    context.services.functions.flush();
    context.dirty++;
    reply.ok();
  },
});

const list = defineCommand({
  name: 'LIST',
  summary: 'Returns information about all libraries.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of functions',
  flags: NOSCRIPT,
  acl: ACL_SCRIPTING,
  args: [
    optional(withToken('LIBRARYNAME', string('library-name-pattern'))),
    optional(token('WITHCODE', 'withcode')),
  ],
  tips: ['nondeterministic_output_order'],
  run(context, argv, reply) {
    let pattern: string | null = null;
    let hasCode = false;
    for (let at = 2; at < argv.count; at++) {
      if (!hasCode && argv.is(at, 'WITHCODE')) hasCode = true;
      else if (pattern === null && argv.is(at, 'LIBRARYNAME')) {
        if (++at >= argv.count) throw NO_PATTERN;
        pattern = argv.latin1(at);
      } else throw new ReplyError(`ERR Unknown argument ${argv.shown(at)}`);
    }
    const libraries = [...context.services.functions.list(pattern)];
    reply.array(libraries.length);
    for (const library of libraries) writeLibrary(reply, library, hasCode);
  },
});

function writeLibrary(reply: Reply, { name, source, functions }: ListedLibrary, hasCode: boolean): void {
  reply.map(hasCode ? 4 : 3);
  reply.bulkLatin1('library_name');
  reply.bulkLatin1(name);
  reply.bulkLatin1('engine');
  reply.bulkLatin1('LUA');
  reply.bulkLatin1('functions');
  reply.array(functions.length);
  for (const { name, description, flags } of functions) {
    reply.map(3);
    reply.bulkLatin1('name');
    reply.bulkLatin1(name);
    reply.bulkLatin1('description');
    if (description === null) reply.null();
    else reply.bulkLatin1(description);
    reply.bulkLatin1('flags');
    reply.set(flags.length);
    for (const flag of flags) reply.simple(flag);
  }
  if (!hasCode) return;
  reply.bulkLatin1('library_code');
  reply.bulk(source, 0, source.length);
}

const dump = defineCommand({
  name: 'DUMP',
  summary: 'Dumps all libraries into a serialized binary payload.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of functions',
  flags: NOSCRIPT,
  acl: ACL_SCRIPTING,
  args: [],
  run(context, _argv, reply) {
    const payload = context.services.functions.dump();
    reply.bulk(payload, 0, payload.length);
  },
});

const restore = defineCommand({
  name: 'RESTORE',
  summary: 'Restores all libraries from a payload.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of functions on the payload',
  flags: NOSCRIPT | WRITE | DENYOOM,
  acl: ACL_SCRIPTING,
  args: [
    string('serialized-value'),
    optional(oneOf('policy', token('FLUSH'), token('APPEND'), token('REPLACE'))),
  ],
  tips: ALL_SHARDS,
  run(context, argv, reply) {
    if (argv.count > 4) throw wrongForm(argv, 'FUNCTION');
    const policies: readonly RestorePolicy[] = ['FLUSH', 'APPEND', 'REPLACE'];
    const policy = argv.count === 3 ? 'APPEND' : policies.find((each) => argv.is(3, each));
    if (policy === undefined) throw BAD_POLICY;
    context.services.functions.restore(argv.copy(2), policy);
    context.dirty++;
    reply.ok();
  },
});

const kill = defineCommand({
  name: 'KILL',
  summary: 'Terminates a function during execution.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | ALLOW_BUSY,
  acl: ACL_SCRIPTING,
  args: [],
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  run(context, _argv, reply) {
    context.services.scripting.kill('function');
    reply.ok();
  },
});

const stats = defineCommand({
  name: 'STATS',
  summary: 'Returns information about a function during execution.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | ALLOW_BUSY,
  acl: ACL_SCRIPTING,
  args: [],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  run(context, _argv, reply) {
    const { running, libraryCount, functionCount } = context.services.functions;
    reply.map(2);
    reply.bulkLatin1('running_script');
    if (running === null) reply.null();
    else {
      reply.map(3);
      reply.bulkLatin1('name');
      reply.bulkLatin1(running.name);
      reply.bulkLatin1('command');
      reply.array(running.command.length);
      for (const word of running.command) reply.bulk(word, 0, word.length);
      reply.bulkLatin1('duration_ms');
      reply.integer(running.elapsedMs);
    }
    reply.bulkLatin1('engines');
    reply.map(1);
    reply.bulkLatin1('LUA');
    reply.map(2);
    reply.bulkLatin1('libraries_count');
    reply.integer(libraryCount);
    reply.bulkLatin1('functions_count');
    reply.integer(functionCount);
  },
});

export const functions = defineContainer({
  name: 'FUNCTION',
  summary: 'A container for function commands.',
  group: 'scripting',
  since: '7.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    load,
    remove,
    flush,
    list,
    dump,
    restore,
    kill,
    stats,
    defineHelp('FUNCTION', 'scripting', '7.0.0', [
      'LOAD [REPLACE] <FUNCTION CODE>',
      '    Create a new library with the given library name and code.',
      'DELETE <LIBRARY NAME>',
      '    Delete the given library.',
      'LIST [LIBRARYNAME PATTERN] [WITHCODE]',
      '    Return general information on all the libraries:',
      '    * Library name',
      '    * The engine used to run the Library',
      '    * Library description',
      '    * Functions list',
      '    * Library code (if WITHCODE is given)',
      '    It also possible to get only function that matches a pattern using LIBRARYNAME argument.',
      'STATS',
      '    Return information about the current function running:',
      '    * Function name',
      '    * Command used to run the function',
      '    * Duration in MS that the function is running',
      '    If no function is running, return nil',
      '    In addition, returns a list of available engines.',
      'KILL',
      '    Kill the current running function.',
      'FLUSH [ASYNC|SYNC]',
      '    Delete all the libraries.',
      '    When called without the optional mode argument, the behavior is determined by the',
      '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
      '    * ASYNC: Asynchronously flush the libraries.',
      '    * SYNC: Synchronously flush the libraries.',
      'DUMP',
      '    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command',
      'RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]',
      '    Restore the libraries represented by the given payload, it is possible to give a restore policy to',
      '    control how to handle existing libraries (default APPEND):',
      '    * FLUSH: delete all existing libraries.',
      '    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.',
      '    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old',
      '      libraries with the new libraries (notice that even on this option there is a chance of failure',
      '      in case of functions name collision with another library).',
    ]),
  ],
});
