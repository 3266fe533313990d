/**
 * MIGRATE: moves keys to another server, or copies them. What is there goes as DUMP gives it and RESTORE takes it; a key
 * is removed here once the other server has said that it has it.
 *
 * Redis holds everything up meanwhile. Here the client waits, and with it whoever wants to write: the data stand still,
 * reads go on. The request is run again when the transfer has ended (services/migration.ts).
 *
 * Source: redis.io/commands/migrate.
 */
import { NONE } from '../../engine/arena.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import {
  block,
  foundBy,
  integer,
  type KeySpec,
  key,
  keyAt,
  keysAfter,
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
import { defineCommand, type KeyFinder } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { DEL } from '../events.js';
import { ACCESS, ACL_DANGEROUS, DELETE, INCOMPLETE_KEYS, RW, WRITE } from '../flags.js';
import type { MigrationOutcome, MigrationRequest } from '../services/migration.js';

const KEY_GIVEN_TWICE = new ReplyError(
  'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string',
);
/** A difference from Redis, which holds the whole server up. */
const CAN_NOT_WAIT = new ReplyError('ERR MIGRATE is not allowed in transactions and scripts');
const BECAME_REPLICA = new ReplyError(
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
);
const NO_KEY = Buffer.from('+NOKEY\r\n');

const TIMEOUT_MS_DEFAULT = 1000;
const NO_PORT = -1;
const KEY_INDEX = 3;
const FIRST_OPTION = 6;
const KEY_ACCESS = RW | ACCESS | DELETE;

interface Options {
  copies: boolean;
  replaces: boolean;
  /** Indexes of arguments: a password, or a name and a password. */
  credentials: number[];
  firstKey: number;
  keyCount: number;
}

function parseOptions(argv: Argv): Options {
  const options: Options = {
    copies: false,
    replaces: false,
    credentials: [],
    firstKey: KEY_INDEX,
    keyCount: 1,
  };
  for (let index = FIRST_OPTION; index < argv.count; index++) {
    const rest = argv.count - 1 - index;
    if (argv.is(index, 'COPY')) options.copies = true;
    else if (argv.is(index, 'REPLACE')) options.replaces = true;
    else if (rest >= 1 && argv.is(index, 'AUTH')) options.credentials = [++index];
    else if (rest >= 2 && argv.is(index, 'AUTH2')) options.credentials = [++index, ++index];
    else if (argv.is(index, 'KEYS')) {
      if (argv.byteLength(KEY_INDEX) !== 0) throw KEY_GIVEN_TWICE;
      options.firstKey = index + 1;
      options.keyCount = rest;
      break;
    } else throw SYNTAX_ERROR;
  }
  return options;
}

/** Arguments of AUTH and AUTH2 are no keys, be they the word KEYS. */
const keyFinder: KeyFinder = (argv, found) => {
  for (let index = FIRST_OPTION; index < argv.count; index++) {
    if (argv.is(index, 'AUTH')) index++;
    else if (argv.is(index, 'AUTH2')) index += 2;
    else if (argv.is(index, 'KEYS')) {
      if (argv.byteLength(KEY_INDEX) !== 0) return;
      for (let at = index + 1; at < argv.count; at++) found(at, KEY_ACCESS);
      return;
    }
  }
  found(KEY_INDEX, KEY_ACCESS);
};

const keySpecs: readonly KeySpec[] = [
  keyAt(KEY_INDEX, KEY_ACCESS),
  keysAfter('KEYS', -2, KEY_ACCESS | INCOMPLETE_KEYS, -1),
];

/** As atoi and getaddrinfo read it: no number is 0, and of a large one its last 16 bits count. */
function portOf(argv: Argv): number {
  const port = Number.parseInt(argv.latin1(2), 10) || 0;
  return port < 0 ? NO_PORT : port & 0xffff;
}

function requestOf(context: Context, argv: Argv, options: Options): MigrationRequest {
  const timeoutMs = argv.integer(5);
  const databaseId = argv.integer(4);
  const keys: number[] = [];
  for (let index = options.firstKey; index < options.firstKey + options.keyCount; index++) {
    if (context.readAny(argv, index) !== NONE) keys.push(index);
  }
  return {
    host: argv.latin1(1),
    port: portOf(argv),
    databaseId,
    timeoutMs: timeoutMs <= 0 ? TIMEOUT_MS_DEFAULT : timeoutMs,
    replaces: options.replaces,
    credentials: options.credentials.map((index) => argv.latin1(index)),
    keys,
  };
}

/** For everybody else it is a DEL of what arrived. */
function remove(context: Context, argv: Argv, arrived: readonly number[]): void {
  const { db, services } = context;
  const removed = arrived.filter((index) => db.remove(argv.bytes, argv.starts[index], argv.ends[index]));
  for (const index of removed) context.changed(DEL, argv, index);
  if (!services.propagation.isWanted || removed.length === 0) return;
  const effect = services.propagation.begin(db, removed.length + 1).word('DEL');
  for (const index of removed) effect.argument(argv, index);
}

/** The transfer has ended. */
function settle(
  context: Context,
  argv: Argv,
  { copies }: Options,
  outcome: MigrationOutcome,
  reply: Reply,
): void {
  if (context.services.replication.isReplica) throw BECAME_REPLICA;
  if (!copies) remove(context, argv, outcome.arrived);
  if (outcome.error === null) reply.ok();
  else reply.error(outcome.error);
}

export const migrate = defineCommand({
  name: 'MIGRATE',
  summary: 'Moves keys to another server, or copies them.',
  group: 'generic',
  since: '2.6.0',
  complexity:
    'That of DUMP and DEL here and of RESTORE there, for each key. Also an O(N) data transfer between the two servers.',
  flags: WRITE,
  args: [
    string('host'),
    integer('port'),
    oneOf('key-selector', foundBy(0, key('key', KEY_ACCESS)), token('', 'empty-string')),
    integer('destination-db'),
    integer('timeout'),
    optional(since('3.0.0', token('COPY'))),
    optional(since('3.0.0', token('REPLACE'))),
    optional(
      oneOf(
        'authentication',
        since('4.0.7', withToken('AUTH', shownAs('password', string('auth')))),
        since('6.0.0', withToken('AUTH2', block('auth2', string('username'), string('password')))),
      ),
    ),
    optional(since('3.0.6', many(withToken('KEYS', shownAs('key', foundBy(1, key('keys', KEY_ACCESS))))))),
  ],
  keySpecs,
  keyFinder,
  acl: ACL_DANGEROUS,
  tips: ['nondeterministic_output'],
  history: [
    ['3.0.0', 'Added the `COPY` and `REPLACE` options.'],
    ['3.0.6', 'Added the `KEYS` option.'],
    ['4.0.7', 'Added the `AUTH` option.'],
    ['6.0.0', 'Added the `AUTH2` option.'],
  ],
  run(context, argv, reply) {
    const { blocking, migration, secrets } = context.services;
    const outcome = migration.takeOutcome(context.client);
    const options = parseOptions(argv);
    for (const index of options.credentials) secrets.redact(index);
    if (outcome !== null) {
      settle(context, argv, options, outcome, reply);
      return;
    }
    const request = requestOf(context, argv, options);
    if (request.keys.length === 0) reply.raw(NO_KEY);
    else if (!blocking.canBlock) throw CAN_NOT_WAIT;
    else migration.begin(argv, request);
  },
});
