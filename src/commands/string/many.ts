/** MGET, MSET, MSETNX: several keys at once. */
import { NONE } from '../../engine/arena.js';
import { TYPE_STRING, typeOf } from '../../engine/entry.js';
import { block, key, many, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { wrongArity } from '../errors.js';
import { ACCESS, DENYOOM, FAST, INSERT, OW, READONLY, RO, UPDATE, WRITE } from '../flags.js';
import { SET } from './events.js';
import { replyString } from './get.js';
import { store } from './store.js';

const MSET_ARITY = wrongArity('mset');
const MSETNX_ARITY = wrongArity('msetnx');

export const mget = defineCommand({
  name: 'MGET',
  summary: 'Returns the string values of one or more keys.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys to retrieve.',
  flags: READONLY | FAST,
  args: [many(key('key', RO | ACCESS))],
  tips: ['request_policy:multi_shard'],
  run(context, argv, reply) {
    reply.array(argv.count - 1);
    for (let index = 1; index < argv.count; index++) {
      const entry = context.readAny(argv, index);
      const isString = entry !== NONE && typeOf(context.arena, entry) === TYPE_STRING;
      replyString(context, isString ? entry : NONE, reply);
    }
  },
});

function storePairs(context: Context, argv: Argv): void {
  for (let index = 1; index < argv.count; index += 2) {
    store(context, argv, index, index + 1, false);
    context.changed(SET, argv, index);
  }
}

export const mset = defineCommand({
  name: 'MSET',
  summary: 'Sets the string values of one or more keys.',
  group: 'string',
  since: '1.0.1',
  complexity: 'O(N) where N is the number of keys to set.',
  flags: WRITE | DENYOOM,
  args: [many(block('data', key('key', OW | UPDATE), string('value')))],
  tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
  run(context, argv, reply) {
    if (argv.count % 2 === 0) throw MSET_ARITY;
    storePairs(context, argv);
    reply.ok();
  },
});

export const msetnx = defineCommand({
  name: 'MSETNX',
  summary: 'Sets the string values of one or more keys only when none of the keys exists.',
  group: 'string',
  since: '1.0.1',
  complexity: 'O(N) where N is the number of keys to set.',
  flags: WRITE | DENYOOM,
  args: [many(block('data', key('key', OW | INSERT), string('value')))],
  run(context, argv, reply) {
    if (argv.count % 2 === 0) throw MSETNX_ARITY;
    for (let index = 1; index < argv.count; index += 2) {
      if (context.writeAny(argv, index) !== NONE) {
        reply.integer(0);
        return;
      }
    }
    storePairs(context, argv);
    reply.integer(1);
  },
});
