/** What clients call themselves, and their libraries: CLIENT SETNAME, GETNAME, SETINFO. */
import { ReplyError } from '../../protocol/reply-error.js';
import { oneOf, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { LOADING, NOSCRIPT, STALE } from '../flags.js';

const EXCLAMATION_MARK = 0x21;
const TILDE = 0x7e;

/** CLIENT LIST separates fields by spaces and clients by newlines. Redis looks at a C string: to the first zero. */
function isShown(argv: Argv, index: number): boolean {
  for (let at = argv.starts[index]; at < argv.ends[index]; at++) {
    const byte = argv.bytes[at];
    if (byte === 0) return true;
    if (byte < EXCLAMATION_MARK || byte > TILDE) return false;
  }
  return true;
}

function assertShown(argv: Argv, index: number, what: string): void {
  if (isShown(argv, index)) return;
  throw new ReplyError(`ERR ${what} cannot contain spaces, newlines or special characters.`);
}

export function assertClientName(argv: Argv, index: number): void {
  assertShown(argv, index, 'Client names');
}

export const clientSetName = defineCommand({
  name: 'SETNAME',
  summary: 'Sets the name of the connection.',
  group: 'connection',
  since: '2.6.9',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [string('connection-name')],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    assertClientName(argv, 2);
    context.client.name = argv.latin1(2);
    reply.ok();
  },
});

export const clientGetName = defineCommand({
  name: 'GETNAME',
  summary: 'Returns the name of the connection.',
  group: 'connection',
  since: '2.6.9',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  run(context, _argv, reply) {
    const { name } = context.client;
    if (name === '') reply.null();
    else reply.bulkLatin1(name);
  },
});

export const clientSetInfo = defineCommand({
  name: 'SETINFO',
  summary: 'Sets what is known of the client library behind the connection.',
  group: 'connection',
  since: '7.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [oneOf('attr', withToken('LIB-NAME', string('libname')), withToken('LIB-VER', string('libver')))],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    const { client } = context;
    if (argv.is(2, 'LIB-NAME')) {
      assertShown(argv, 3, argv.latin1(2));
      client.libraryName = argv.latin1(3);
    } else if (argv.is(2, 'LIB-VER')) {
      assertShown(argv, 3, argv.latin1(2));
      client.libraryVersion = argv.latin1(3);
    } else {
      throw new ReplyError(`ERR Unrecognized option '${argv.shown(2)}'`);
    }
    reply.ok();
  },
});
