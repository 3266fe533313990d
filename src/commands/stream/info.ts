/** XINFO: a stream, its groups and their consumers as they are. */
import { NONE } from '../../engine/arena.js';
import { TYPE_STREAM } from '../../engine/entry.js';
import { type ConsumerGroup, inNameOrder } from '../../engine/types/stream/consumer-group.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, key, optional, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { NO_SUCH_KEY } from '../errors.js';
import { ACCESS, READONLY, RO } from '../flags.js';
import { wrongForm } from '../wrong-form.js';
import { replyFullStream, replyStream } from './info-stream.js';
import { replyId, replyProgress } from './replies.js';

const ENTRIES_DEFAULT = 10;

/** The stream in argument 2, which has to be there. */
function existingStream(context: Context, argv: Argv): Stream {
  const entry = context.read(argv, 2, TYPE_STREAM);
  if (entry === NONE) throw NO_SUCH_KEY;
  return context.streams.get(entry);
}

const stream = defineCommand({
  name: 'STREAM',
  summary: 'Tells about a stream; with FULL also its groups, consumers and pending entries.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    optional(block('full-block', token('FULL'), optional(withToken('COUNT', integer('count'))))),
  ],
  history: [
    ['6.0.0', 'Added the `FULL` modifier.'],
    [
      '7.0.0',
      'Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read` and `lag` fields',
    ],
    ['7.2.0', 'Added the `active-time` field, and changed the meaning of `seen-time`.'],
  ],
  run(context, argv, reply) {
    const found = existingStream(context, argv);
    if (argv.count === 3) {
      replyStream(context, found, reply);
      return;
    }
    const hasCount = argv.count === 6 && argv.is(4, 'COUNT');
    if ((argv.count !== 4 && !hasCount) || !argv.is(3, 'FULL')) throw wrongForm(argv, 'XINFO');
    const count = hasCount ? argv.integer(5) : ENTRIES_DEFAULT;
    replyFullStream(context, found, count < 0 ? ENTRIES_DEFAULT : count, reply);
  },
});

function replyGroup(stream: Stream, group: ConsumerGroup, reply: Reply): void {
  reply.map(6);
  reply.bulkLatin1('name');
  reply.bulkLatin1(group.name);
  reply.bulkLatin1('consumers');
  reply.integer(group.consumers.size);
  reply.bulkLatin1('pending');
  reply.integer(group.pending.length);
  reply.bulkLatin1('last-delivered-id');
  replyId(reply, group.lastId);
  replyProgress(reply, stream, group);
}

const groups = defineCommand({
  name: 'GROUPS',
  summary: 'Tells about the groups of a stream.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  history: [['7.0.0', 'Added the `entries-read` and `lag` fields']],
  run(context, argv, reply) {
    const found = existingStream(context, argv);
    reply.array(found.groups.size);
    for (const group of inNameOrder(found.groups)) replyGroup(found, group, reply);
  },
});

const consumers = defineCommand({
  name: 'CONSUMERS',
  summary: 'Tells about the consumers of a group.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: READONLY,
  args: [key('key', RO | ACCESS), string('group')],
  tips: ['nondeterministic_output'],
  history: [['7.2.0', 'Added the `inactive` field, and changed the meaning of `idle`.']],
  run(context, argv, reply) {
    const group = existingStream(context, argv).groups.get(argv.latin1(3));
    if (group === undefined) {
      throw new ReplyError(
        `NOGROUP No such consumer group '${argv.shown(3)}' for key name '${argv.shown(2)}'`,
      );
    }
    reply.array(group.consumers.size);
    for (const { name, pending, seenAtMs, activeAtMs } of inNameOrder(group.consumers)) {
      reply.map(4);
      reply.bulkLatin1('name');
      reply.bulkLatin1(name);
      reply.bulkLatin1('pending');
      reply.integer(pending.length);
      reply.bulkLatin1('idle');
      reply.integer(Math.max(0, context.nowMs - seenAtMs));
      reply.bulkLatin1('inactive');
      reply.integer(activeAtMs < 0 ? activeAtMs : context.nowMs - activeAtMs);
    }
  },
});

export const xinfo = defineContainer({
  name: 'XINFO',
  summary: 'A container for commands that tell about streams.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    consumers,
    groups,
    defineHelp('XINFO', 'stream', '5.0.0', [
      'CONSUMERS <key> <groupname>',
      '    Show consumers of <groupname>.',
      'GROUPS <key>',
      '    Show the stream consumer groups.',
      'STREAM <key> [FULL [COUNT <count>]',
      '    Show information about the stream.',
    ]),
    stream,
  ],
});
