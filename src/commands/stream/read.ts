/** XREAD: entries behind an id, of several streams; waits for some if asked to. */
import { TYPE_STREAM } from '../../engine/entry.js';
import { MAX_ID, StreamId } from '../../engine/types/stream/stream-id.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { block, integer, key, keysAfter, many, optional, string, withToken } from '../arguments.js';
import { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { defineCommand } from '../define.js';
import { ACCESS, BLOCKING, READONLY, RO } from '../flags.js';
import { parseId } from './ids.js';
import {
  endStreams,
  parseReadRequest,
  type ReadRequest,
  replyStreamKey,
  waitForEntries,
} from './read-request.js';
import { replyEntries } from './replies.js';

const NEW_ID = new ReplyError(
  'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
);

/** The ids to read behind, one for each key; `$` is the stream's last. */
function parseIds(context: Context, argv: Argv, { firstKey, keyCount }: ReadRequest): StreamId[] {
  const ids: StreamId[] = [];
  for (let keyIndex = firstKey; keyIndex < firstKey + keyCount; keyIndex++) {
    const index = keyIndex + keyCount;
    const entry = context.read(argv, keyIndex, TYPE_STREAM);
    const id = new StreamId();
    if (argv.is(index, '>')) throw NEW_ID;
    if (!argv.is(index, '$')) parseId(argv, index, id);
    else if (entry !== 0) id.copyFrom(context.streams.get(entry).lastId);
    ids.push(id);
  }
  return ids;
}

/** The same request with the ids that `$` stood for, so that it means the same when it is run again. */
function withIds(argv: Argv, request: ReadRequest, ids: readonly StreamId[]): Argv {
  const words: (string | Buffer)[] = [];
  for (let index = 0; index < request.firstKey + request.keyCount; index++) words.push(argv.copy(index));
  for (const id of ids) words.push(id.toString());
  return new Argv().assign(words);
}

const last = new StreamId();

export const xread = defineCommand({
  name: 'XREAD',
  summary: 'Returns entries of several streams, each behind an id; waits for some if asked to.',
  group: 'stream',
  since: '5.0.0',
  complexity:
    'For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M clients blocked on the stream getting new data.',
  flags: READONLY | BLOCKING,
  args: [
    optional(withToken('COUNT', integer('count'))),
    optional(withToken('BLOCK', integer('milliseconds'))),
    withToken('STREAMS', block('streams', many(key('key', RO | ACCESS)), many(string('id')))),
  ],
  arity: -4,
  keySpecs: [keysAfter('STREAMS', 1, RO | ACCESS, -1, 2)],
  run(context, argv, reply) {
    const { streams } = context;
    const request = parseReadRequest(argv, false, context.nowMs);
    const ids = parseIds(context, argv, request);
    const mark = reply.beginDeferred();
    let served = 0;
    for (let stream = 0; stream < request.keyCount; stream++) {
      const index = request.firstKey + stream;
      const entry = context.readAny(argv, index);
      if (entry === 0) continue;
      const id = ids[stream];
      const found = streams.get(entry);
      if (found.length === 0 || found.readLastLiveId(last).compare(id) <= 0) continue;
      served++;
      replyStreamKey(reply, argv, index);
      id.increment();
      replyEntries(reply, streams.range(found, id, MAX_ID, false), request.count);
    }
    if (endStreams(context, request, reply, mark, served)) return;
    waitForEntries(context, request, withIds(argv, request, ids), false);
  },
});
