/** Snapshots and the append-only file. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import {
  ALWAYS_WRITTEN,
  type Directive,
  HIDDEN,
  IMMUTABLE,
  MULTIPLE,
  PROTECTED,
  quotedLine,
  singleValue,
} from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, INT_MIN, integer, LONG_MAX, memory } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { allUnsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';

/** A snapshot is due when so many changes are so old. */
export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

const save: Directive<readonly SavePoint[]> = {
  flags: MULTIPLE | ALWAYS_WRITTEN,
  aliases: [],
  initial: [
    { seconds: 3600, changes: 1 },
    { seconds: 300, changes: 100 },
    { seconds: 60, changes: 10_000 },
  ],
  parse: parseSavePoints,
  format: (points) => points.map(({ seconds, changes }) => `${seconds} ${changes}`).join(' '),
  lines: (points) =>
    points.length === 0 ? ['""'] : points.map(({ seconds, changes }) => `${seconds} ${changes}`),
};

/** Where files are written: an absolute path, bytes as latin1. Redis changes its working directory instead. */
const dir: Directive<string> = {
  ...singleValue('', { flags: PROTECTED }, parseDirectory, (path) => path || workingDirectory()),
  lines: (path) => quotedLine([path || workingDirectory()]),
};

export const persistence = {
  dir,
  dbfilename: text('dump.rdb', { flags: PROTECTED }, fileName('dbfilename')),
  save,
  rdbcompression: yesNo(true),
  rdbchecksum: yesNo(true, { flags: IMMUTABLE }),
  'stop-writes-on-bgsave-error': yesNo(true),
  appendonly: yesNo(false),
  appendfilename: text('appendonly.aof', { flags: IMMUTABLE }, fileName('appendfilename')),
  appenddirname: text('appendonlydir', { flags: IMMUTABLE }, fileName('appenddirname')),
  appendfsync: choice('everysec', ['everysec', 'always', 'no']),
  'no-appendfsync-on-rewrite': yesNo(false),
  'auto-aof-rewrite-percentage': integer(100, { min: 0, max: INT_MAX }),
  'auto-aof-rewrite-min-size': memory(64 * 1024 * 1024, { min: 0, max: LONG_MAX }),
  'aof-load-truncated': yesNo(true),
  'aof-use-rdb-preamble': yesNo(true),
  'aof-timestamp-enabled': yesNo(false),
  /** µs that each key of a snapshot takes, and each one that is loaded; below 0: so many keys take one. For tests. */
  'rdb-key-save-delay': integer(0, { min: INT_MIN, max: INT_MAX }, { flags: HIDDEN }),
  'key-load-delay': integer(0, { min: INT_MIN, max: INT_MAX }, { flags: HIDDEN }),
  /** So much of a file is loaded before clients are looked after; above what a step takes anyway it makes no difference. */
  'loading-process-events-interval-bytes': integer(
    2 * 1024 * 1024,
    { min: 1024, max: INT_MAX },
    { flags: HIDDEN },
  ),
  'rdb-save-incremental-fsync': yesNo(true),
  'aof-rewrite-incremental-fsync': yesNo(true),
  'rdb-del-sync-files': yesNo(false),
  // What comes from outside is always looked at to its last element, whoever sent it.
  'sanitize-dump-payload': choice('no', ['no', 'yes', 'clients']),
  ...allUnsupported({
    'aof-disable-auto-gc': yesNo(false, { flags: HIDDEN }),
  }),
};

function parseSavePoints(
  args: readonly string[],
  before: readonly SavePoint[],
  isRepeated: boolean,
): readonly SavePoint[] {
  if (args.length === 1 && args[0] === '') return [];
  if (args.length % 2 !== 0) throw new ConfigMistake('Invalid save parameters');
  const points: SavePoint[] = [];
  for (let at = 0; at < args.length; at += 2) {
    const seconds = /^[0-9]+$/.test(args[at]) ? Number(args[at]) : 0;
    if (seconds < 1 || !/^[0-9]+$/.test(args[at + 1])) throw new ConfigMistake('Invalid save parameters');
    points.push({ seconds, changes: Number(args[at + 1]) });
  }
  return isRepeated ? [...before, ...points] : points;
}

function parseDirectory(path: string): string {
  try {
    if (!statSync(Buffer.from(path, 'latin1')).isDirectory()) throw new ConfigMistake('Not a directory');
  } catch (error) {
    if (error instanceof ConfigMistake) throw error;
    throw new ConfigMistake(reasonOf(error));
  }
  return resolve(workingDirectory(), path);
}

/** Where a file of this name is, by the directive `dir`: an absolute path, bytes as latin1. */
export function pathIn(directory: string, name: string): string {
  return join(directory || workingDirectory(), name);
}

function workingDirectory(): string {
  return Buffer.from(process.cwd()).toString('latin1');
}

/** As C's strerror says it. */
function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  const reason = getSystemErrorMap().get(errno)?.[1];
  return reason === undefined ? String(error) : reason[0].toUpperCase() + reason.slice(1);
}

function fileName(directive: string): (name: string) => string | null {
  return (name) => (/[/\\]/.test(name) ? `${directive} can't be a path, just a filename` : null);
}
