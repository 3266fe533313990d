/** HELLO: the handshake of client libraries. Protocol, credentials and name in one request. */
import { REDIS_VERSION } from '../../base/version.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, optional, string, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import { defineCommand } from '../define.js';
import { ALLOW_BUSY, FAST, LOADING, NO_AUTH, NOSCRIPT, STALE } from '../flags.js';
import type { Secrets } from '../services/secrets.js';
import { authenticate } from './authenticate.js';
import { assertClientName } from './client-name.js';

const NOT_A_VERSION = new ReplyError('ERR Protocol version is not an integer or out of range');
const UNSUPPORTED_VERSION = new ReplyError('NOPROTO unsupported protocol version');
const NOT_AUTHENTICATED = new ReplyError(
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
);

/** Argument indexes; 0 where the option isn't given. */
interface Options {
  resp: number;
  userName: number;
  name: number;
}

function parse(argv: Argv, secrets: Secrets): Options {
  const options: Options = { resp: 0, userName: 0, name: 0 };
  if (argv.count === 1) return options;
  options.resp = argv.integer(1, NOT_A_VERSION);
  if (options.resp < 2 || options.resp > 3) throw UNSUPPORTED_VERSION;
  for (let index = 2; index < argv.count; index++) {
    const following = argv.count - 1 - index;
    if (argv.is(index, 'AUTH') && following >= 2) {
      secrets.redact(index + 1);
      secrets.redact(index + 2);
      options.userName = index + 1;
      index += 2;
    } else if (argv.is(index, 'SETNAME') && following >= 1) {
      options.name = index + 1;
      assertClientName(argv, options.name);
      index++;
    } else {
      throw new ReplyError(`ERR Syntax error in HELLO option '${argv.shown(index)}'`);
    }
  }
  return options;
}

export const hello = defineCommand({
  name: 'HELLO',
  summary: 'Handshakes with the server.',
  group: 'connection',
  since: '6.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY,
  args: [
    optional(
      block(
        'arguments',
        integer('protover'),
        optional(withToken('AUTH', block('auth', string('username'), string('password')))),
        optional(withToken('SETNAME', string('clientname'))),
      ),
    ),
  ],
  history: [
    [
      '6.2.0',
      "`protover` made optional; when called without arguments the command reports the current connection's context.",
    ],
  ],
  run(context, argv, reply) {
    const { client } = context;
    const options = parse(argv, context.services.secrets);
    if (options.userName !== 0) {
      authenticate(context, argv.latin1(options.userName), argv, options.userName + 1);
    }
    if (!client.isAuthenticated) throw NOT_AUTHENTICATED;
    if (options.name !== 0) client.name = argv.latin1(options.name);
    if (options.resp !== 0) {
      context.services.clients.speak(client, options.resp);
      reply.resp = options.resp;
    }
    reply.map(7);
    reply.bulkLatin1('server');
    reply.bulkLatin1('redis');
    reply.bulkLatin1('version');
    reply.bulkLatin1(REDIS_VERSION);
    reply.bulkLatin1('proto');
    reply.integer(client.resp);
    reply.bulkLatin1('id');
    reply.integer(client.id);
    reply.bulkLatin1('mode');
    reply.bulkLatin1('standalone');
    reply.bulkLatin1('role');
    reply.bulkLatin1('master');
    reply.bulkLatin1('modules');
    reply.array(0);
  },
});
