/**
 * HSCAN, SSCAN and ZSCAN: a collection, piece by piece. The frame is one; what differs is the walk and what is told of
 * an element.
 */
import { NONE } from '../engine/arena.js';
import type { ValueView } from '../engine/packed/value-view.js';
import type { Reply } from '../protocol/reply.js';
import { integer, key, optional, pattern, withToken } from './arguments.js';
import type { Context } from './context.js';
import { type CommandDeclaration, defineCommand } from './define.js';
import { ACCESS, READONLY, RO } from './flags.js';
import { parseCursor, ScanOptions } from './scan-options.js';

interface ScanCursor {
  /** Where the next call goes on; 0 at the end. */
  readonly position: number;
  next(): boolean;
}

interface CollectionScan<C extends ScanCursor>
  extends Pick<CommandDeclaration, 'name' | 'summary' | 'group'> {
  readonly type: number;
  /** Begins to visit about `count` elements from a position on. */
  start(context: Context, entry: number, position: number, count: number): C;
  /** The element's name, which MATCH looks at. */
  nameOf(cursor: C): ValueView;
  /** Replies what belongs to the name; absent when nothing does. */
  readonly replyValue?: (cursor: C, reply: Reply, context: Context, entry: number) => void;
}

const options = new ScanOptions();

export function defineScan<C extends ScanCursor>(scan: CollectionScan<C>): CommandDeclaration {
  const { name, summary, group, type, replyValue } = scan;
  return defineCommand({
    name,
    summary,
    group,
    since: '2.8.0',
    complexity:
      'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.',
    flags: READONLY,
    args: [
      key('key', RO | ACCESS),
      integer('cursor'),
      optional(withToken('MATCH', pattern('pattern'))),
      optional(withToken('COUNT', integer('count'))),
    ],
    tips: ['nondeterministic_output'],
    run(context, argv, reply) {
      const position = parseCursor(argv, 2);
      const entry = context.read(argv, 1, type);
      reply.array(2);
      if (entry === NONE) {
        reply.bulkInteger(0);
        reply.array(0);
        return;
      }
      options.parse(argv, 3, false);
      const cursor = scan.start(context, entry, position, options.count);
      reply.bulkInteger(cursor.position);
      const mark = reply.beginDeferred();
      let count = 0;
      while (cursor.next()) {
        const { bytes, start, end } = scan.nameOf(cursor);
        if (!options.matches(bytes, start, end)) continue;
        reply.bulk(bytes, start, end);
        replyValue?.(cursor, reply, context, entry);
        count++;
      }
      reply.endDeferredArray(mark, replyValue === undefined ? count : count * 2);
    },
  });
}
