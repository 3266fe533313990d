/** What one client, and all of them, may take. */
import { type Directive, MULTIPLE } from '../directive.js';
import {
  formatMemory,
  integer,
  LONG_MAX,
  memory,
  memoryOrPercent,
  parseMemory,
  UINT_MAX,
} from '../kinds/number.js';
import { ConfigMistake } from '../mistake.js';

const MEGABYTE = 1024 * 1024;

/** A client whose unsent replies exceed these is disconnected; 0 is no limit. */
export interface OutputLimit {
  readonly hardBytes: number;
  readonly softBytes: number;
  /** How long the soft limit may be exceeded. */
  readonly softSeconds: number;
}

export interface OutputLimits {
  readonly normal: OutputLimit;
  readonly replica: OutputLimit;
  readonly pubsub: OutputLimit;
}

/** The classes in CONFIG GET's order. */
const CLASSES: readonly (keyof OutputLimits)[] = ['normal', 'replica', 'pubsub'];

const outputBufferLimit: Directive<OutputLimits> = {
  flags: MULTIPLE,
  aliases: [],
  initial: {
    normal: { hardBytes: 0, softBytes: 0, softSeconds: 0 },
    replica: { hardBytes: 256 * MEGABYTE, softBytes: 64 * MEGABYTE, softSeconds: 60 },
    pubsub: { hardBytes: 32 * MEGABYTE, softBytes: 8 * MEGABYTE, softSeconds: 60 },
  },
  parse: parseOutputLimits,
  format: (limits) =>
    CLASSES.map((name) => {
      const { hardBytes, softBytes, softSeconds } = limits[name];
      return `${name === 'replica' ? 'slave' : name} ${hardBytes} ${softBytes} ${softSeconds}`;
    }).join(' '),
  lines: (limits) =>
    CLASSES.map((name) => {
      const { hardBytes, softBytes, softSeconds } = limits[name];
      return `${name} ${formatMemory(hardBytes)} ${formatMemory(softBytes)} ${softSeconds}`;
    }),
};

export const clients = {
  maxclients: integer(10_000, { min: 1, max: UINT_MAX }),
  'maxmemory-clients': memoryOrPercent(0, { min: -100, max: LONG_MAX }),
  'client-output-buffer-limit': outputBufferLimit,
  'client-query-buffer-limit': memory(1024 * MEGABYTE, { min: MEGABYTE, max: LONG_MAX }),
  'proto-max-bulk-len': memory(512 * MEGABYTE, { min: MEGABYTE, max: LONG_MAX }),
  'tracking-table-max-keys': integer(1_000_000, { min: 0, max: LONG_MAX }),
};

/** Groups of four: class, hard limit, soft limit, seconds. Classes not named stay as they are. */
function parseOutputLimits(args: readonly string[], before: OutputLimits): OutputLimits {
  if (args.length % 4 !== 0) {
    throw new ConfigMistake('Wrong number of arguments in buffer limit configuration.');
  }
  const limits = { ...before };
  for (let at = 0; at < args.length; at += 4) {
    const named = args[at].toLowerCase();
    const name = CLASSES.find((known) => known === (named === 'slave' ? 'replica' : named));
    if (name === undefined) {
      throw new ConfigMistake('Invalid client class specified in buffer limit configuration.');
    }
    const hardBytes = parseMemory(args[at + 1]);
    const softBytes = parseMemory(args[at + 2]);
    if (hardBytes === null || softBytes === null || !/^[0-9]{1,15}$/.test(args[at + 3])) {
      throw new ConfigMistake('Error in hard, soft or soft_seconds setting in buffer limit configuration.');
    }
    limits[name] = {
      hardBytes: Number(hardBytes),
      softBytes: Number(softBytes),
      softSeconds: Number(args[at + 3]),
    };
  }
  return limits;
}
