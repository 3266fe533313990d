/** TTL and its kin: how long keys still live, and until when. */
import { NONE } from '../../engine/arena.js';
import { msBetween } from '../../engine/moment.js';
import { key } from '../arguments.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import { MILLISECOND_MS, replyTime, SECOND_MS } from '../expire-time.js';
import { ACCESS, FAST, READONLY, RO } from '../flags.js';

const NO_SUCH_KEY = -2;
const LIVES_FOR_EVER = -1;

function defineTtl(
  name: string,
  summary: string,
  since: string,
  unitMs: number,
  isRelative: boolean,
): CommandDeclaration {
  return defineCommand({
    name,
    summary,
    group: 'generic',
    since,
    complexity: 'O(1)',
    flags: READONLY | FAST,
    args: [key('key', RO | ACCESS)],
    ...(isRelative && {
      tips: ['nondeterministic_output'],
      history: [['2.8.0', 'Added the -2 reply.']] as const,
    }),
    run(context, argv, reply) {
      const entry = context.peek(argv, 1);
      const atMs = entry === NONE ? NO_SUCH_KEY : context.db.expireAt(entry);
      if (atMs < 0) {
        reply.integer(entry === NONE ? NO_SUCH_KEY : LIVES_FOR_EVER);
        return;
      }
      const isDue = isRelative && atMs <= context.nowMs;
      const leftMs = isRelative ? msBetween(context.nowMs, atMs) : atMs;
      replyTime(reply, isDue ? 0 : leftMs, unitMs);
    },
  });
}

export const ttl = defineTtl('TTL', 'Tells the time to live of a key in seconds.', '1.0.0', SECOND_MS, true);

export const pttl = defineTtl(
  'PTTL',
  'Tells the time to live of a key in milliseconds.',
  '2.6.0',
  MILLISECOND_MS,
  true,
);

export const expiretime = defineTtl(
  'EXPIRETIME',
  'Tells the moment at which a key expires, in seconds of Unix time.',
  '7.0.0',
  SECOND_MS,
  false,
);

export const pexpiretime = defineTtl(
  'PEXPIRETIME',
  'Tells the moment at which a key expires, in milliseconds of Unix time.',
  '7.0.0',
  MILLISECOND_MS,
  false,
);
