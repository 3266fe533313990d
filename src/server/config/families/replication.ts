/** Replication. */
import { type Directive, IMMUTABLE, MULTIPLE, SENSITIVE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer, LONG_MAX, memory } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { allUnsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';

const COUNT = { min: 0, max: INT_MAX };

/** `host port`, or empty for `no one`. */
const replicaOf: Directive<string> = {
  flags: IMMUTABLE | MULTIPLE,
  aliases: ['slaveof'],
  initial: '',
  parse: (args) => {
    if (args.length !== 2) throw new ConfigMistake('wrong number of arguments');
    const master = args.join(' ');
    if (master.toLowerCase() === 'no one') return '';
    // As C's strtol takes it.
    if (!/^[ \t]*[+-]?[0-9]+$/.test(args[1]) || !(Number(args[1]) >= 0 && Number(args[1]) <= 65535)) {
      throw new ConfigMistake('Invalid master port');
    }
    return `${args[0]} ${Number(args[1])}`;
  },
  format: (master) => master,
  lines: (master) => (master === '' ? [] : [master]),
};

/** Redis keeps no shorter one, and shows what it keeps. */
const BACKLOG_BYTES_MIN = 16 * 1024;
const anyBacklogSize = memory(1024 * 1024, { min: 1, max: LONG_MAX });
const backlogSize: Directive<number> = {
  ...anyBacklogSize,
  parse: (args, before, isRepeated) =>
    Math.max(BACKLOG_BYTES_MIN, anyBacklogSize.parse(args, before, isRepeated)),
};

export const replication = {
  replicaof: replicaOf,
  masteruser: text('', { flags: SENSITIVE }),
  masterauth: text('', { flags: SENSITIVE }),
  'replica-serve-stale-data': yesNo(true, { aliases: ['slave-serve-stale-data'] }),
  'replica-read-only': yesNo(true, { aliases: ['slave-read-only'] }),
  'replica-ignore-maxmemory': yesNo(true, { aliases: ['slave-ignore-maxmemory'] }),
  'replica-priority': integer(100, COUNT, { aliases: ['slave-priority'] }),
  'replica-announced': yesNo(true),
  'replica-announce-ip': text('', { aliases: ['slave-announce-ip'] }),
  'replica-announce-port': integer(0, { min: 0, max: 65535 }, { aliases: ['slave-announce-port'] }),
  /** No: replicas get a file that is saved as BGSAVE saves it, and at once. */
  'repl-diskless-sync': yesNo(true),
  'repl-disable-tcp-nodelay': yesNo(false),
  'repl-diskless-sync-delay': integer(5, COUNT),
  'repl-diskless-sync-max-replicas': integer(0, COUNT),
  /** Whether a master's snapshot goes straight into memory; otherwise to the disk first, if there is one. */
  'repl-diskless-load': choice('disabled', ['disabled', 'on-empty-db', 'swapdb']),
  'repl-timeout': integer(60, { min: 1, max: INT_MAX }),
  'repl-ping-replica-period': integer(10, { min: 1, max: INT_MAX }, { aliases: ['repl-ping-slave-period'] }),
  'repl-backlog-size': backlogSize,
  'repl-backlog-ttl': integer(3600, { min: 0, max: LONG_MAX }),
  'min-replicas-to-write': integer(0, COUNT, { aliases: ['min-slaves-to-write'] }),
  'min-replicas-max-lag': integer(10, COUNT, { aliases: ['min-slaves-max-lag'] }),
  // Memory comes back bit by bit in any case, as with all of `lazyfree-*`.
  'replica-lazy-flush': yesNo(false, { aliases: ['slave-lazy-flush'] }),
  /** No: a replica that can't keep what its master writes ends. */
  'replica-ignore-disk-write-errors': yesNo(false),
  'propagation-error-behavior': choice('ignore', ['ignore', 'panic', 'panic-on-replicas']),
  ...allUnsupported({}),
};
