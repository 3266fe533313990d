/** What happens to hashes. */
import { defineEvent, NOTIFY_HASH } from '../events.js';

export const HSET = defineEvent(NOTIFY_HASH, 'hset');
export const HDEL = defineEvent(NOTIFY_HASH, 'hdel');
export const HINCRBY = defineEvent(NOTIFY_HASH, 'hincrby');
export const HINCRBYFLOAT = defineEvent(NOTIFY_HASH, 'hincrbyfloat');
