/** What this program says it is. */

/** Of januskv: package.json's version, which a test compares. */
export const JANUSKV_VERSION = '0.1.0';

/** The Redis whose behaviour januskv follows. Clients decide by it what they may use. */
export const REDIS_VERSION = '7.2.4';
