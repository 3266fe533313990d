/** What this program says it is. */

/** Of januskv: package.json's version, which a test compares. */
export const JANUSKV_VERSION = '0.1.0';

/** The Redis whose behaviour januskv follows. Clients decide by it what they may use. */
export const REDIS_VERSION = '7.2.4';
/** The same as scripts compare it: a byte each for major, minor and patch. */
export const REDIS_VERSION_NUMBER = 0x00070204;
