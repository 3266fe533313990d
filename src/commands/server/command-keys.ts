/** COMMAND GETKEYS and GETKEYSANDFLAGS: where the keys of a request are, for clients that can't tell. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { many, optional, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACL_CONNECTION, KEY_FLAG_NAMES, LOADING, NO_MANDATORY_KEYS, STALE } from '../flags.js';
import { NO_COMMAND } from '../table.js';
import { replyFlags } from './command-info.js';

const INVALID_COMMAND = new ReplyError('ERR Invalid command specified');
const NO_KEYS = new ReplyError('ERR The command has no key arguments');
const WRONG_COUNT = new ReplyError('ERR Invalid number of arguments specified for command');
const INVALID_ARGUMENTS = new ReplyError('ERR Invalid arguments specified for command');

/** Words of COMMAND GETKEYS before the request it asks about. */
const OWN_WORDS = 2;

function replyKeys(context: Context, argv: Argv, reply: Reply, withFlags: boolean): void {
  const { commands: table, keys } = context.services;
  const request = argv.from(OWN_WORDS);
  const id = table.lookup(request);
  if (id === NO_COMMAND) throw INVALID_COMMAND;
  if (!keys.hasKeys(id)) throw NO_KEYS;
  if (!table.hasArity(id, request.count)) throw WRONG_COUNT;
  const mark = reply.beginDeferred();
  let count = 0;
  keys.find(id, request, (index, flags) => {
    if (withFlags) reply.array(2);
    reply.bulk(request.bytes, request.starts[index], request.ends[index]);
    if (withFlags) replyFlags(reply, flags, KEY_FLAG_NAMES);
    count++;
  });
  if (count === 0 && (table.flagsOf[id] & NO_MANDATORY_KEYS) === 0) throw INVALID_ARGUMENTS;
  reply.endDeferredArray(mark, count);
}

const args = [string('command'), optional(many(string('arg')))];

export const commandGetKeys = defineCommand({
  name: 'GETKEYS',
  summary: 'Extracts the keys of a request.',
  group: 'server',
  since: '2.8.13',
  complexity: 'O(N) where N is the number of arguments of the request.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  arity: -3,
  args,
  run: (context, argv, reply) => replyKeys(context, argv, reply, false),
});

export const commandGetKeysAndFlags = defineCommand({
  name: 'GETKEYSANDFLAGS',
  summary: 'Extracts the keys of a request, and what it does with each.',
  group: 'server',
  since: '7.0.0',
  complexity: 'O(N) where N is the number of arguments of the request.',
  flags: LOADING | STALE,
  acl: ACL_CONNECTION,
  arity: -3,
  args,
  run: (context, argv, reply) => replyKeys(context, argv, reply, true),
});
