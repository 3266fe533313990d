/**
 * The vocabulary of a command's declaration: its flags, ACL categories and key access, as bit sets with
 * the names that COMMAND INFO shows.
 *
 * Source: redis.io/docs/reference/command-flags, /key-specs, and the ACL page.
 */

export const WRITE = 1 << 0;
export const READONLY = 1 << 1;
/** Refused when memory is short. */
export const DENYOOM = 1 << 2;
export const ADMIN = 1 << 3;
export const PUBSUB = 1 << 4;
export const NOSCRIPT = 1 << 5;
/** May block the client. */
export const BLOCKING = 1 << 6;
/** Allowed while a dump is loaded. */
export const LOADING = 1 << 7;
/** Allowed on a replica that lost its master. */
export const STALE = 1 << 8;
export const SKIP_MONITOR = 1 << 9;
export const SKIP_SLOWLOG = 1 << 10;
export const ASKING = 1 << 11;
/** O(1) or O(log N). */
export const FAST = 1 << 12;
/** Allowed before AUTH. */
export const NO_AUTH = 1 << 13;
/** Reads, and may yet change something that replicas have to know. COMMAND INFO keeps it to itself. */
export const MAY_REPLICATE = 1 << 14;
export const NO_MANDATORY_KEYS = 1 << 15;
export const NO_ASYNC_LOADING = 1 << 16;
/** Refused inside MULTI. */
export const NO_MULTI = 1 << 17;
/** Allowed while a script holds the server. */
export const ALLOW_BUSY = 1 << 18;
/** Derived: the keys don't stand at fixed places. */
export const MOVABLE_KEYS = 1 << 19;
/** Its own work says how long it takes: time spent blocked isn't counted. */
export const TOUCHES_ARBITRARY_KEYS = 1 << 20;

/** In the order in which COMMAND INFO lists them. */
export const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [WRITE, 'write'],
  [READONLY, 'readonly'],
  [DENYOOM, 'denyoom'],
  [ADMIN, 'admin'],
  [PUBSUB, 'pubsub'],
  [NOSCRIPT, 'noscript'],
  [BLOCKING, 'blocking'],
  [LOADING, 'loading'],
  [STALE, 'stale'],
  [SKIP_MONITOR, 'skip_monitor'],
  [SKIP_SLOWLOG, 'skip_slowlog'],
  [ASKING, 'asking'],
  [FAST, 'fast'],
  [NO_AUTH, 'no_auth'],
  [NO_MANDATORY_KEYS, 'no_mandatory_keys'],
  [NO_ASYNC_LOADING, 'no_async_loading'],
  [NO_MULTI, 'no_multi'],
  [MOVABLE_KEYS, 'movablekeys'],
  [ALLOW_BUSY, 'allow_busy'],
];

export const ACL_KEYSPACE = 1 << 0;
export const ACL_READ = 1 << 1;
export const ACL_WRITE = 1 << 2;
export const ACL_SET = 1 << 3;
export const ACL_SORTEDSET = 1 << 4;
export const ACL_LIST = 1 << 5;
export const ACL_HASH = 1 << 6;
export const ACL_STRING = 1 << 7;
export const ACL_BITMAP = 1 << 8;
export const ACL_HYPERLOGLOG = 1 << 9;
export const ACL_GEO = 1 << 10;
export const ACL_STREAM = 1 << 11;
export const ACL_PUBSUB = 1 << 12;
export const ACL_ADMIN = 1 << 13;
export const ACL_FAST = 1 << 14;
export const ACL_SLOW = 1 << 15;
export const ACL_BLOCKING = 1 << 16;
export const ACL_DANGEROUS = 1 << 17;
export const ACL_CONNECTION = 1 << 18;
export const ACL_TRANSACTION = 1 << 19;
export const ACL_SCRIPTING = 1 << 20;

/** In the order of ACL CAT. */
export const ACL_CATEGORY_NAMES: readonly (readonly [number, string])[] = [
  [ACL_KEYSPACE, 'keyspace'],
  [ACL_READ, 'read'],
  [ACL_WRITE, 'write'],
  [ACL_SET, 'set'],
  [ACL_SORTEDSET, 'sortedset'],
  [ACL_LIST, 'list'],
  [ACL_HASH, 'hash'],
  [ACL_STRING, 'string'],
  [ACL_BITMAP, 'bitmap'],
  [ACL_HYPERLOGLOG, 'hyperloglog'],
  [ACL_GEO, 'geo'],
  [ACL_STREAM, 'stream'],
  [ACL_PUBSUB, 'pubsub'],
  [ACL_ADMIN, 'admin'],
  [ACL_FAST, 'fast'],
  [ACL_SLOW, 'slow'],
  [ACL_BLOCKING, 'blocking'],
  [ACL_DANGEROUS, 'dangerous'],
  [ACL_CONNECTION, 'connection'],
  [ACL_TRANSACTION, 'transaction'],
  [ACL_SCRIPTING, 'scripting'],
];

/** COMMAND DOCS' groups, and the ACL category that a command of the group is in. */
export const GROUP_CATEGORY = {
  bitmap: ACL_BITMAP,
  cluster: 0,
  connection: ACL_CONNECTION,
  generic: ACL_KEYSPACE,
  geo: ACL_GEO,
  hash: ACL_HASH,
  hyperloglog: ACL_HYPERLOGLOG,
  list: ACL_LIST,
  pubsub: 0, // implied by the flag PUBSUB
  scripting: ACL_SCRIPTING,
  server: 0,
  set: ACL_SET,
  'sorted-set': ACL_SORTEDSET,
  stream: ACL_STREAM,
  string: ACL_STRING,
  transactions: ACL_TRANSACTION,
} as const;

export type Group = keyof typeof GROUP_CATEGORY;

/** What a command does with a key: exactly one of these four … */
export const RO = 1 << 0;
export const RW = 1 << 1;
/** Overwrites without reading. */
export const OW = 1 << 2;
/** Removes the key without reading. */
export const RM = 1 << 3;
/** … and with the value: any of these. */
export const ACCESS = 1 << 4;
export const UPDATE = 1 << 5;
export const INSERT = 1 << 6;
export const DELETE = 1 << 7;
/** Routed like a key, and none: a sharded channel. */
export const NOT_KEY = 1 << 8;
/** The specification doesn't find all keys. */
export const INCOMPLETE_KEYS = 1 << 9;
/** What is done with the key depends on other arguments. */
export const VARIABLE_FLAGS = 1 << 10;

export const KEY_FLAG_NAMES: readonly (readonly [number, string])[] = [
  [RO, 'RO'],
  [RW, 'RW'],
  [OW, 'OW'],
  [RM, 'RM'],
  [ACCESS, 'access'],
  [UPDATE, 'update'],
  [INSERT, 'insert'],
  [DELETE, 'delete'],
  [NOT_KEY, 'not_key'],
  [INCOMPLETE_KEYS, 'incomplete'],
  [VARIABLE_FLAGS, 'variable_flags'],
];
