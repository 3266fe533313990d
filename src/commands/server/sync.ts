/** PSYNC, SYNC, REPLCONF: what a replica says to its master. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import { ADMIN, ALLOW_BUSY, LOADING, NO_ASYNC_LOADING, NO_MULTI, NOSCRIPT, STALE } from '../flags.js';

const NO_MASTER = new ReplyError("NOMASTERLINK Can't SYNC while not connected with my master");
const PENDING_OUTPUT = new ReplyError('ERR SYNC and PSYNC are invalid with pending output');
/** Of a replica's address, and what Redis has room for. */
const ADDRESS_BYTES_MAX = 255;

function synchronize({ services, client }: Context, id: string, offset: number, reply: Reply): void {
  const answer = services.replication.synchronize(client, id, offset, reply.length > 0);
  if (answer.kind === 'no-master') throw NO_MASTER;
  if (answer.kind === 'pending-output') throw PENDING_OUTPUT;
  if (answer.kind === 'nothing') return;
  const { missed } = answer;
  reply.simple(answer.id === '' ? 'CONTINUE' : `CONTINUE ${answer.id}`);
  reply.rawSpan(missed, 0, missed.length);
}

export const psync = defineCommand({
  name: 'PSYNC',
  summary: 'Follows the server: from an offset of its stream, or from the beginning.',
  group: 'server',
  since: '2.8.0',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING | NO_MULTI,
  arity: -3,
  args: [string('replicationid'), integer('offset')],
  run(context, argv, reply) {
    if (argv.count > 3 && !argv.is(3, 'FAILOVER')) throw SYNTAX_ERROR;
    const offset = argv.integer(2);
    if (argv.count > 3) context.services.replication.takeOver(argv.latin1(1));
    synchronize(context, argv.latin1(1), offset, reply);
  },
});

export const sync = defineCommand({
  name: 'SYNC',
  summary: 'Follows the server, as replicas did before 2.8.',
  group: 'server',
  since: '1.0.0',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING | NO_MULTI,
  args: [],
  run(context, _argv, reply) {
    synchronize(context, '', -1, reply);
  },
});

/** What a replica says behind ACK of what is on its disk: since 7.2, when it keeps an append-only file. */
const syncedOffset = (argv: Argv, index: number): number =>
  index + 1 < argv.count && argv.is(index, 'FACK') ? argv.integer(index + 1) : 0;

/** What a snapshot is to have in it besides its header: `functions`, or nothing. */
function filterOf(argv: Argv, index: number): string {
  const parts = argv
    .latin1(index)
    .split(' ')
    .filter((part) => part !== '');
  const unknown = parts.find((part) => part.toLowerCase() !== 'functions');
  if (unknown !== undefined) throw new ReplyError(`ERR Unsupported rdb-filter-only option: ${unknown}`);
  return parts.length === 0 ? 'nothing' : 'functions';
}

function refuseLongAddress(bytes: number): void {
  if (bytes <= ADDRESS_BYTES_MAX) return;
  throw new ReplyError(`ERR REPLCONF ip-address provided by replica instance is too long: ${bytes} bytes`);
}

const isInteger = (argv: Argv, index: number): boolean => /^-?[0-9]{1,18}$/.test(argv.latin1(index));

function configure({ services: { replication }, client }: Context, argv: Argv, reply: Reply): void {
  if (argv.count % 2 === 0) throw SYNTAX_ERROR;
  for (let index = 1; index < argv.count; index += 2) {
    const option = argv.latin1(index).toLowerCase();
    switch (option) {
      case 'ack':
        // Nobody is answered, whatever it says.
        if (isInteger(argv, index + 1)) {
          replication.acknowledged(client, argv.integer(index + 1), syncedOffset(argv, index + 2));
        }
        return;
      case 'getack':
        replication.acknowledgeToMaster(client);
        return;
      case 'listening-port':
      case 'rdb-only':
        replication.configure(client, option, String(argv.integer(index + 1)));
        break;
      case 'rdb-filter-only':
        replication.configure(client, option, filterOf(argv, index + 1));
        break;
      case 'ip-address':
        refuseLongAddress(argv.byteLength(index + 1));
        replication.configure(client, option, argv.latin1(index + 1));
        break;
      case 'capa':
        replication.configure(client, option, argv.latin1(index + 1));
        break;
      default:
        throw new ReplyError(`ERR Unrecognized REPLCONF option: ${argv.shown(index)}`);
    }
  }
  reply.ok();
}

export const replconf = defineCommand({
  name: 'REPLCONF',
  summary: 'Tells the master about a replica.',
  group: 'server',
  since: '3.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | LOADING | STALE | ALLOW_BUSY,
  isSystem: true,
  arity: -1,
  args: [],
  run: configure,
});
