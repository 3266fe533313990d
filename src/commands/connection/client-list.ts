/** Who is connected: CLIENT ID, INFO, LIST, and KILL, which picks clients much as LIST does. */
import { ReplyError } from '../../protocol/reply-error.js';
import {
  deprecatedSince,
  integer,
  many,
  oneOf,
  optional,
  shownAs,
  since,
  string,
  token,
  withToken,
} from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';
import type { ClientFilter, ClientType } from '../services/clients.js';

const INVALID_ID = new ReplyError('ERR Invalid client ID');
const ID_NOT_POSITIVE = new ReplyError('ERR client-id should be greater than 0');
const NO_SUCH_CLIENT = new ReplyError('ERR No such client');

const CLIENT_TYPES: ReadonlyMap<string, ClientType> = new Map([
  ['normal', 'normal'],
  ['master', 'master'],
  ['slave', 'replica'],
  ['replica', 'replica'],
  ['pubsub', 'pubsub'],
]);

function clientType(argv: Argv, index: number): ClientType {
  const name = argv.shown(index);
  const type = CLIENT_TYPES.get(name.toLowerCase());
  if (type === undefined) throw new ReplyError(`ERR Unknown client type '${name}'`);
  return type;
}

export const clientId = defineCommand({
  name: 'ID',
  summary: 'Returns the unique id of the connection.',
  group: 'connection',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  run(context, _argv, reply) {
    reply.integer(context.client.id);
  },
});

export const clientInfo = defineCommand({
  name: 'INFO',
  summary: 'Describes the connection.',
  group: 'connection',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  tips: ['nondeterministic_output'],
  run(context, _argv, reply) {
    reply.verbatim(context.services.clients.describe(context.client));
  },
});

function listFilter(argv: Argv): ClientFilter {
  if (argv.count === 2) return {};
  if (argv.count === 4 && argv.is(2, 'TYPE')) return { type: clientType(argv, 3) };
  if (argv.count === 3 || !argv.is(2, 'ID')) throw SYNTAX_ERROR;
  const ids: number[] = [];
  for (let index = 3; index < argv.count; index++) ids.push(argv.integer(index, INVALID_ID));
  return { ids };
}

export const clientList = defineCommand({
  name: 'LIST',
  summary: 'Lists the open connections.',
  group: 'connection',
  since: '2.4.0',
  complexity: 'O(N) where N is the number of connections.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  args: [
    optional(
      since(
        '5.0.0',
        withToken(
          'TYPE',
          oneOf('client-type', token('NORMAL'), token('MASTER'), token('REPLICA'), token('PUBSUB')),
        ),
      ),
    ),
    optional(since('6.2.0', withToken('ID', many(integer('client-id'))))),
  ],
  tips: ['nondeterministic_output'],
  history: [
    ['2.8.12', 'Added unique client `id` field.'],
    ['5.0.0', 'Added optional `TYPE` filter.'],
    ['6.0.0', 'Added `user` field.'],
    ['6.2.0', 'Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID` filter.'],
    ['7.0.0', 'Added `resp`, `multi-mem`, `rbs` and `rbp` fields.'],
    ['7.0.3', 'Added `ssub` field.'],
  ],
  run(context, argv, reply) {
    reply.verbatim(context.services.clients.list(listFilter(argv)));
  },
});

/** Options come in pairs; those of the client that asks are spared unless it says SKIPME no. */
function killFilter(context: Context, argv: Argv): ClientFilter {
  const filter: { -readonly [Field in keyof ClientFilter]: ClientFilter[Field] } = {};
  let skipsMe = true;
  for (let index = 2; index < argv.count; index += 2) {
    if (index + 1 === argv.count) throw SYNTAX_ERROR;
    const value = index + 1;
    if (argv.is(index, 'ID')) {
      const id = argv.integer(value, ID_NOT_POSITIVE);
      if (id < 1) throw ID_NOT_POSITIVE;
      filter.ids = [id];
    } else if (argv.is(index, 'TYPE')) {
      filter.type = clientType(argv, value);
    } else if (argv.is(index, 'ADDR')) {
      filter.peerAddress = argv.latin1(value);
    } else if (argv.is(index, 'LADDR')) {
      filter.localAddress = argv.latin1(value);
    } else if (argv.is(index, 'USER')) {
      filter.userName = argv.latin1(value);
      if (!context.services.authentication.hasUser(filter.userName)) {
        throw new ReplyError(`ERR No such user '${argv.shown(value)}'`);
      }
    } else if (argv.is(index, 'SKIPME')) {
      if (!argv.is(value, 'YES') && !argv.is(value, 'NO')) throw SYNTAX_ERROR;
      skipsMe = argv.is(value, 'YES');
    } else {
      throw SYNTAX_ERROR;
    }
  }
  if (skipsMe) filter.except = context.client;
  return filter;
}

export const clientKill = defineCommand({
  name: 'KILL',
  summary: 'Closes connections.',
  group: 'connection',
  since: '2.4.0',
  complexity: 'O(N) where N is the number of connections.',
  flags: ADMIN | NOSCRIPT | LOADING | STALE,
  arity: -3,
  args: [
    oneOf(
      'filter',
      deprecatedSince('2.8.12', shownAs('ip:port', string('old-format'))),
      many(
        oneOf(
          'new-format',
          optional(since('2.8.12', withToken('ID', integer('client-id')))),
          optional(
            since(
              '2.8.12',
              withToken(
                'TYPE',
                oneOf(
                  'client-type',
                  token('NORMAL'),
                  since('3.2.0', token('MASTER')),
                  token('SLAVE'),
                  since('5.0.0', token('REPLICA')),
                  token('PUBSUB'),
                ),
              ),
            ),
          ),
          optional(withToken('USER', string('username'))),
          optional(withToken('ADDR', shownAs('ip:port', string('addr')))),
          optional(since('6.2.0', withToken('LADDR', shownAs('ip:port', string('laddr'))))),
          optional(withToken('SKIPME', oneOf('skipme', token('YES'), token('NO')))),
        ),
      ),
    ),
  ],
  history: [
    ['2.8.12', 'Added new filter format.'],
    ['2.8.12', '`ID` option.'],
    ['3.2.0', 'Added `master` type in for `TYPE` option.'],
    ['5.0.0', 'Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward compatibility.'],
    ['6.2.0', '`LADDR` option.'],
  ],
  run(context, argv, reply) {
    const { clients } = context.services;
    if (argv.count > 3) {
      reply.integer(clients.kill(killFilter(context, argv)));
      return;
    }
    if (clients.kill({ peerAddress: argv.latin1(2) }) === 0) throw NO_SUCH_CLIENT;
    reply.ok();
  },
});
