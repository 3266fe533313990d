/**
 * Subcommands of DEBUG that Redis has and januskv refuses, each with its reason: they end the process, or turn
 * on and off what januskv is made without.
 */

const NO_CRASH = 'januskv does not crash on demand: end its process instead';
const NO_ALLOCATOR = "the memory is januskv's own: no allocator of libc's is under it";
const NO_CLUSTER = 'there is no cluster';

/** By name, why not. */
export const REFUSED: Readonly<Record<string, string>> = {
  ASSERT: NO_CRASH,
  'CRASH-AND-RECOVER': NO_CRASH,
  OOM: NO_CRASH,
  PANIC: NO_CRASH,
  RESTART: NO_CRASH,
  SEGFAULT: NO_CRASH,
  LEAK: 'nothing is leaked on purpose',
  MALLCTL: NO_ALLOCATOR,
  'MALLCTL-STR': NO_ALLOCATOR,
  STRUCTSIZE: NO_ALLOCATOR,
  'CLIENT-ENFORCE-REPLY-LIST': 'clients have no reply buffers of their own',
  REPLYBUFFER: 'clients have no reply buffers of their own',
  'CLIENT-EVICTION': 'clients are not kept in groups by memory',
  'DICT-RESIZING': 'tables always follow their size',
  'SET-DISABLE-DENY-SCRIPTS': 'scripts may call what they may call',
  'CONFIG-REWRITE-FORCE-ALL': 'CONFIG REWRITE writes what differs from the defaults',
  'AOF-FLUSH-SLEEP': 'DEBUG SLEEP holds the server up',
  REPLICATE: 'what replicas get are changes of the data',
  'DROP-CLUSTER-PACKET-FILTER': NO_CLUSTER,
  'CLOSE-CLUSTER-LINK-ON-PACKET-DROP': NO_CLUSTER,
  'SET-SKIP-CHECKSUM-VALIDATION': 'a checksum that is there is always looked at',
};
