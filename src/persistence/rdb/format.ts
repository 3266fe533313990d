/** The numbers of the RDB format. Source: the public descriptions of RDB versions 1 to 11. */

/**
 * What is written, files and dumps alike: the newest that Redis 7.0 reads as well as 7.2. Version 11 adds two types,
 * for small sets and for the times of stream consumers, and 7.0 refuses it as a whole.
 */
export const VERSION_WRITTEN = 10;
/** The newest that is read: Redis 7.2's. */
export const VERSION_READ_MAX = 11;

/** A file begins with this and the version, four digits. */
export const MAGIC = 'REDIS';
export const VERSION_DIGITS = 4;
/** From this version on a file ends with a checksum. */
export const VERSION_CHECKSUM = 5;

export const RDB_STRING = 0;
export const RDB_LIST = 1;
export const RDB_SET = 2;
/** Scores as text. */
export const RDB_ZSET = 3;
export const RDB_HASH = 4;
/** Scores as binary doubles. */
export const RDB_ZSET_2 = 5;
export const RDB_MODULE = 6;
export const RDB_MODULE_2 = 7;
export const RDB_HASH_ZIPMAP = 9;
export const RDB_LIST_ZIPLIST = 10;
export const RDB_SET_INTSET = 11;
export const RDB_ZSET_ZIPLIST = 12;
export const RDB_HASH_ZIPLIST = 13;
/** Of ziplists. */
export const RDB_LIST_QUICKLIST = 14;
export const RDB_STREAM = 15;
export const RDB_HASH_LISTPACK = 16;
export const RDB_ZSET_LISTPACK = 17;
export const RDB_LIST_QUICKLIST_2 = 18;
/** With what was added, deleted and read. */
export const RDB_STREAM_2 = 19;
/** These from version 11 on: read, not written. */
export const RDB_SET_LISTPACK = 20;
export const RDB_STREAM_3 = 21;

/** What stands in the place of a type, between keys. */
export const OPCODE_FUNCTION_2 = 245;
/** Of release candidates of 7.0. */
export const OPCODE_FUNCTION_PRE_GA = 246;
export const OPCODE_MODULE_AUX = 247;
export const OPCODE_IDLE = 248;
export const OPCODE_FREQUENCY = 249;
export const OPCODE_AUX = 250;
export const OPCODE_RESIZE_DB = 251;
export const OPCODE_EXPIRE_MS = 252;
export const OPCODE_EXPIRE_SECONDS = 253;
export const OPCODE_SELECT_DB = 254;
export const OPCODE_END = 255;

/** The two high bits of a length's first byte; 2 stands for the larger lengths below. */
export const LENGTH_6_BITS = 0;
export const LENGTH_14_BITS = 1;
export const LENGTH_ENCODED = 3;
/** First bytes of the larger lengths: 32 or 64 bits follow, the high byte first. */
export const LENGTH_32_BITS = 0x80;
export const LENGTH_64_BITS = 0x81;

/** Low bits of an encoded string's first byte. */
export const ENCODED_INT8 = 0;
export const ENCODED_INT16 = 1;
export const ENCODED_INT32 = 2;
export const ENCODED_LZF = 3;

export const NODE_PLAIN = 1;
export const NODE_PACKED = 2;

/** A dump ends with the version, 16 bits, and the checksum of all before it, 64 bits, both low byte first. */
export const FOOTER_BYTES = 10;
export const CHECKSUM_BYTES = 8;
