/**
 * Subcommands of DEBUG that Redis has and januskv refuses, each with its reason: they turn on and off what januskv is made
 * without, or tell of it.
 */

const NO_RESTART = 'januskv does not start itself again: end its process, and start another';
const NO_ALLOCATOR = "the memory is januskv's own: no allocator of libc's is under it";
const NO_CLUSTER = 'there is no cluster';

/** By name, why not. */
export const REFUSED: Readonly<Record<string, string>> = {
  'CRASH-AND-RECOVER': NO_RESTART,
  RESTART: NO_RESTART,
  MALLCTL: NO_ALLOCATOR,
  'MALLCTL-STR': NO_ALLOCATOR,
  STRUCTSIZE: NO_ALLOCATOR,
  'DROP-CLUSTER-PACKET-FILTER': NO_CLUSTER,
  'CLOSE-CLUSTER-LINK-ON-PACKET-DROP': NO_CLUSTER,
};
