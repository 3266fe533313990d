/** The numbers of the RDB format that dumps are made of. Source: the public description of RDB versions 10 and 11. */

/** What is written: the newest that Redis 7.0 reads as well as 7.2. */
export const VERSION_WRITTEN = 10;
/** The newest that is read: Redis 7.2's. */
export const VERSION_READ_MAX = 11;

export const RDB_STRING = 0;
export const RDB_LIST = 1;
export const RDB_SET = 2;
export const RDB_HASH = 4;
/** Scores as binary doubles. */
export const RDB_ZSET_2 = 5;
export const RDB_SET_INTSET = 11;
export const RDB_HASH_LISTPACK = 16;
export const RDB_ZSET_LISTPACK = 17;
export const RDB_LIST_QUICKLIST_2 = 18;
/** From version 11 on: read, not written. */
export const RDB_SET_LISTPACK = 20;

/** The two high bits of a length's first byte. */
export const LENGTH_6_BITS = 0;
export const LENGTH_14_BITS = 1;
export const LENGTH_LARGE = 2;
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
