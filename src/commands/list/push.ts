/** LPUSH, RPUSH, LPUSHX, RPUSHX: elements come in at one end. */
import { TYPE_LIST } from '../../engine/entry.js';
import { key, many, string } from '../arguments.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { DENYOOM, FAST, INSERT, RW, WRITE } from '../flags.js';
import { listForWriting } from './ends.js';
import { pushEvent } from './events.js';

/** Pushes arguments [2, argv.count), one after another. @returns the list's length */
function pushAll(context: Context, argv: Argv, entry: number, atHead: boolean): number {
  const { bytes, starts, ends } = argv;
  const length = context.lists.pushAll(entry, atHead, bytes, starts, ends, 2, argv.count);
  context.changedMany(argv.count - 2, pushEvent(atHead), argv, 1);
  return length;
}

const pushing = (name: string, atHead: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'list',
    since: '1.0.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.',
    flags: WRITE | DENYOOM | FAST,
    args: [key('key', RW | INSERT), many(string('element'))],
    history: [['2.4.0', 'Accepts multiple `element` arguments.']],
    run(context, argv, reply) {
      const entry = listForWriting(context, argv, 1);
      reply.integer(pushAll(context, argv, entry, atHead));
    },
  });

const pushingToExisting = (name: string, atHead: boolean, summary: string) =>
  defineCommand({
    name,
    summary,
    group: 'list',
    since: '2.2.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.',
    flags: WRITE | DENYOOM | FAST,
    args: [key('key', RW | INSERT), many(string('element'))],
    history: [['4.0.0', 'Accepts multiple `element` arguments.']],
    run(context, argv, reply) {
      const entry = context.write(argv, 1, TYPE_LIST);
      if (entry === 0) {
        reply.integer(0);
        return;
      }
      reply.integer(pushAll(context, argv, entry, atHead));
    },
  });

export const lpush = pushing(
  'LPUSH',
  true,
  'Prepends one or more elements to a list, which is created if needed.',
);
export const rpush = pushing(
  'RPUSH',
  false,
  'Appends one or more elements to a list, which is created if needed.',
);
export const lpushx = pushingToExisting(
  'LPUSHX',
  true,
  'Prepends elements to a list only when the list exists.',
);
export const rpushx = pushingToExisting(
  'RPUSHX',
  false,
  'Appends elements to a list only when the list exists.',
);
