/** Commands with bugs, as a hostile client would find one: they throw what no client's mistake throws. */
import { integer, key } from '../../src/commands/arguments.js';
import { defineCommand } from '../../src/commands/define.js';
import { ACCESS, DELETE, RW } from '../../src/commands/flags.js';
import { TYPE_LIST } from '../../src/engine/entry.js';

export const PLANTED = 'a planted bug';

/** Throws in the middle of its reply. */
const bug = defineCommand({
  name: 'BUG',
  summary: 'Throws.',
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [],
  run(_context, _argv, reply) {
    reply.array(3);
    reply.bulkLatin1('half');
    throw new Error(PLANTED);
  },
});

/** Waits for a list, and throws when it is there. */
const bugWait = defineCommand({
  name: 'BUGWAIT',
  summary: 'Waits, then throws.',
  group: 'list',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: 0,
  args: [key('key', RW | ACCESS | DELETE), integer('timeout')],
  run(context, argv) {
    if (context.write(argv, 1, TYPE_LIST) !== 0) throw new Error(PLANTED);
    const wait = { keys: [1], type: TYPE_LIST, wakesWhenGone: false };
    context.services.blocking.waitForKeys(argv, wait, argv.integer(2));
  },
});

export const plantedBugs = [bug, bugWait];
