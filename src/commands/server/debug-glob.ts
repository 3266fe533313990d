/** DEBUG STRINGMATCH-LEN and STRINGMATCH-TEST: the matcher of glob patterns, asked by itself. */
import { globMatches } from '../../base/glob.js';
import type { Random } from '../../base/random.js';
import type { Reply } from '../../protocol/reply.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** A tenth of a second's work. */
const TEST_ROUNDS = 100_000;
const TEST_BYTES_MAX = 32;
const BYTE_VALUES = 256;
/** What means something in a pattern, so that random ones aren't mere text. */
const SIGNS = Buffer.from('*?[]^-\\abc');

export function matchText(_context: Context, { bytes, starts, ends }: Argv, reply: Reply): void {
  reply.integer(globMatches(bytes, starts[2], ends[2], bytes, starts[3], ends[3]) ? 1 : 0);
}

/** Random patterns against random texts: it is enough that every answer comes. */
export function matchRandomTexts({ random }: Context, _argv: Argv, reply: Reply): void {
  const pattern = Buffer.alloc(TEST_BYTES_MAX);
  const text = Buffer.alloc(TEST_BYTES_MAX);
  for (let round = 0; round < TEST_ROUNDS; round++) {
    const patternEnd = fill(pattern, random);
    const textEnd = fill(text, random);
    globMatches(pattern, 0, patternEnd, text, 0, textEnd);
  }
  reply.simple('Apparently Redis did not crash: test passed');
}

/** @returns where the random content ends */
function fill(bytes: Buffer, random: Random): number {
  const end = random.below(TEST_BYTES_MAX + 1);
  for (let at = 0; at < end; at++) {
    const bits = random.uint32();
    bytes[at] = bits & BYTE_VALUES ? SIGNS[(bits >>> 16) % SIGNS.length] : bits % BYTE_VALUES;
  }
  return end;
}
