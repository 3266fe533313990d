/** What several hash commands do to write. */
import { TYPE_HASH } from '../../engine/entry.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';

/** The hash at argument 1, created when there is none. */
export function hashForWriting(context: Context, argv: Argv): number {
  const entry = context.write(argv, 1, TYPE_HASH);
  if (entry !== 0) return entry;
  return context.hashes.create(context.db, argv.bytes, argv.starts[1], argv.ends[1]);
}

/** Sets the fields and values in arguments [2, argv.count). @returns fields that were not there before */
export function setPairs(context: Context, argv: Argv): number {
  const { hashes } = context;
  const { bytes, starts, ends } = argv;
  const entry = hashForWriting(context, argv);
  let longestBytes = 0;
  let addedBytes = 0;
  for (let index = 2; index < argv.count; index++) {
    const length = ends[index] - starts[index];
    longestBytes = Math.max(longestBytes, length);
    addedBytes += length;
  }
  hashes.expect(entry, (argv.count - 2) >>> 1, longestBytes, addedBytes);
  let created = 0;
  for (let index = 2; index < argv.count; index += 2) {
    const isNew = hashes.set(
      entry,
      bytes,
      starts[index],
      ends[index],
      bytes,
      starts[index + 1],
      ends[index + 1],
    );
    if (isNew) created++;
  }
  if (argv.count > 4) hashes.trim(entry);
  return created;
}
