/** XGROUP and XACK: groups and consumers come and go; what was delivered is acknowledged. */
import { TYPE_STREAM } from '../../engine/entry.js';
import { ConsumerGroup, READ_COUNT_UNKNOWN } from '../../engine/types/stream/consumer-group.js';
import type { Stream } from '../../engine/types/stream/stream.js';
import { StreamId } from '../../engine/types/stream/stream-id.js';
import { type WideCount, wideCountOf } from '../../engine/types/stream/wide-count.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, key, many, oneOf, optional, since, string, token, withToken } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand, defineContainer, defineHelp } from '../define.js';
import { DELETE, DENYOOM, FAST, INSERT, RW, UPDATE, WRITE } from '../flags.js';
import { wrongForm } from '../wrong-form.js';
import {
  XGROUP_CREATE,
  XGROUP_CREATECONSUMER,
  XGROUP_DELCONSUMER,
  XGROUP_DESTROY,
  XGROUP_SETID,
} from './events.js';
import { groupChanged } from './groups.js';
import { parseId, parseIdOrEnd } from './ids.js';

const NO_STREAM = new ReplyError(
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
);
const GROUP_EXISTS = new ReplyError('BUSYGROUP Consumer Group name already exists');
const READ_COUNT_NEGATIVE = new ReplyError('ERR value for ENTRIESREAD must be positive or -1');

/** No option may be there twice; Redis counts the words, after it has looked for key and group. */
const CREATE_ARGUMENTS_MAX = 8;
const SETID_ARGUMENTS_MAX = 7;

interface GroupOptions {
  readonly creates: boolean;
  readonly readCount: WideCount;
}

function parseOptions(argv: Argv, takesCreate: boolean): GroupOptions {
  let creates = false;
  let readCount: WideCount = READ_COUNT_UNKNOWN;
  for (let index = 5; index < argv.count; index++) {
    if (takesCreate && argv.is(index, 'MKSTREAM')) {
      creates = true;
    } else if (argv.is(index, 'ENTRIESREAD') && index + 1 < argv.count) {
      index++;
      readCount = wideCountOf(argv.bigInteger(index));
      if (readCount < 0 && readCount !== READ_COUNT_UNKNOWN) throw READ_COUNT_NEGATIVE;
    } else {
      throw wrongForm(argv, 'XGROUP');
    }
  }
  return { creates, readCount };
}

/** The stream in argument 2, which has to be there. */
function existingStream(context: Context, argv: Argv): Stream {
  const entry = context.write(argv, 2, TYPE_STREAM);
  if (entry === 0) throw NO_STREAM;
  return context.streams.get(entry);
}

function existingGroup(stream: Stream, argv: Argv): ConsumerGroup {
  const group = stream.groups.get(argv.latin1(3));
  if (group !== undefined) return group;
  throw new ReplyError(`NOGROUP No such consumer group '${argv.shown(3)}' for key name '${argv.shown(2)}'`);
}

/** `$` or an id, in argument 4. @param stream null: none yet. @param parse reads the id */
function parseLastId(argv: Argv, stream: Stream | null, parse: typeof parseId): StreamId {
  const id = new StreamId();
  if (!argv.is(4, '$')) return parse(argv, 4, id);
  return stream === null ? id : id.copyFrom(stream.lastId);
}

const idSelector = oneOf('id-selector', string('id'), token('$', 'new-id'));
const entriesRead = optional({
  ...since('7.0.0', withToken('ENTRIESREAD', integer('entries-read'))),
  displayText: 'entries-read',
});

const create = defineCommand({
  name: 'CREATE',
  summary: 'Creates a consumer group.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | INSERT), string('group'), idSelector, optional(token('MKSTREAM')), entriesRead],
  history: [['7.0.0', 'Added the `entries_read` named argument.']],
  run(context, argv, reply) {
    const { streams } = context;
    const options = parseOptions(argv, true);
    let entry = context.write(argv, 2, TYPE_STREAM);
    if (entry === 0 && !options.creates) throw NO_STREAM;
    if (argv.count > CREATE_ARGUMENTS_MAX) throw wrongForm(argv, 'XGROUP');
    const id = parseLastId(argv, entry === 0 ? null : streams.get(entry), parseId);
    const name = argv.latin1(3);
    const isNew = entry === 0;
    if (isNew) entry = streams.create(context.db, argv.bytes, argv.starts[2], argv.ends[2]);
    const stream = streams.get(entry);
    if (stream.groups.has(name)) throw GROUP_EXISTS;
    stream.addGroup(new ConsumerGroup(name, id, options.readCount));
    stream.settle();
    if (isNew) context.changed(XGROUP_CREATE, argv, 2);
    else groupChanged(context, XGROUP_CREATE, argv, 2);
    reply.ok();
  },
});

const setId = defineCommand({
  name: 'SETID',
  summary: 'Sets the id up to which a group has read.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: WRITE,
  args: [key('key', RW | UPDATE), string('group'), idSelector, entriesRead],
  history: [['7.0.0', 'Added the optional `entries_read` argument.']],
  run(context, argv, reply) {
    const { readCount } = parseOptions(argv, false);
    const stream = existingStream(context, argv);
    const group = existingGroup(stream, argv);
    if (argv.count > SETID_ARGUMENTS_MAX) throw wrongForm(argv, 'XGROUP');
    group.lastId.copyFrom(parseLastId(argv, stream, parseIdOrEnd));
    group.readCount = readCount;
    groupChanged(context, XGROUP_SETID, argv, 2);
    reply.ok();
  },
});

const destroy = defineCommand({
  name: 'DESTROY',
  summary: 'Removes a consumer group.',
  group: 'stream',
  since: '5.0.0',
  complexity: "O(N) where N is the number of entries in the group's pending entries list (PEL).",
  flags: WRITE,
  args: [key('key', RW | DELETE), string('group')],
  run(context, argv, reply) {
    const stream = existingStream(context, argv);
    const destroyed = stream.deleteGroup(argv.latin1(3));
    stream.settle();
    if (destroyed) groupChanged(context, XGROUP_DESTROY, argv, 2);
    reply.integer(destroyed ? 1 : 0);
  },
});

const createConsumer = defineCommand({
  name: 'CREATECONSUMER',
  summary: 'Creates a consumer in a group.',
  group: 'stream',
  since: '6.2.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | INSERT), string('group'), string('consumer')],
  run(context, argv, reply) {
    const stream = existingStream(context, argv);
    const group = existingGroup(stream, argv);
    const name = argv.latin1(4);
    const isNew = !group.consumers.has(name);
    if (isNew) {
      group.createConsumer(name, context.nowMs);
      stream.settle();
      groupChanged(context, XGROUP_CREATECONSUMER, argv, 2);
    }
    reply.integer(isNew ? 1 : 0);
  },
});

const deleteConsumer = defineCommand({
  name: 'DELCONSUMER',
  summary: 'Removes a consumer from a group, and what is pending with it.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  flags: WRITE,
  args: [key('key', RW | DELETE), string('group'), string('consumer')],
  run(context, argv, reply) {
    const stream = existingStream(context, argv);
    const group = existingGroup(stream, argv);
    const consumer = group.consumers.get(argv.latin1(4));
    let pending = 0;
    if (consumer !== undefined) {
      pending = group.deleteConsumer(consumer);
      stream.settle();
      groupChanged(context, XGROUP_DELCONSUMER, argv, 2);
    }
    reply.integer(pending);
  },
});

export const xgroup = defineContainer({
  name: 'XGROUP',
  summary: 'A container for consumer groups commands.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'Depends on subcommand.',
  subcommands: [
    create,
    createConsumer,
    deleteConsumer,
    destroy,
    defineHelp('XGROUP', 'stream', '5.0.0', [
      'CREATE <key> <groupname> <id|$> [option]',
      '    Create a new consumer group. Options are:',
      '    * MKSTREAM',
      '      Create the empty stream if it does not exist.',
      '    * ENTRIESREAD entries_read',
      "      Set the group's entries_read counter (internal use).",
      'CREATECONSUMER <key> <groupname> <consumer>',
      '    Create a new consumer in the specified group.',
      'DELCONSUMER <key> <groupname> <consumer>',
      '    Remove the specified consumer.',
      'DESTROY <key> <groupname>',
      '    Remove the specified group.',
      'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
      '    Set the current group ID and entries_read counter.',
    ]),
    setId,
  ],
});

const acknowledged = new StreamId();

export const xack = defineCommand({
  name: 'XACK',
  summary: 'Acknowledges entries that a group was given, and returns how many were pending.',
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) for each message ID processed.',
  flags: WRITE | FAST,
  args: [key('key', RW | UPDATE), string('group'), many(string('id'))],
  run(context, argv, reply) {
    const entry = context.readToChange(argv, 1, TYPE_STREAM);
    const stream = entry === 0 ? null : context.streams.get(entry);
    const group = stream?.groups.get(argv.latin1(2));
    if (stream === null || group === undefined) {
      reply.integer(0);
      return;
    }
    for (let index = 3; index < argv.count; index++) parseId(argv, index, acknowledged);
    let count = 0;
    for (let index = 3; index < argv.count; index++) {
      if (group.acknowledge(parseId(argv, index, acknowledged))) count++;
    }
    context.dirty += count;
    stream.settle();
    reply.integer(count);
  },
});
