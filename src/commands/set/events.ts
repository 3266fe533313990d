/** What happens to sets. */
import { defineEvent, NOTIFY_SET } from '../events.js';

export const SADD = defineEvent(NOTIFY_SET, 'sadd');
export const SREM = defineEvent(NOTIFY_SET, 'srem');
export const SPOP = defineEvent(NOTIFY_SET, 'spop');
export const SINTERSTORE = defineEvent(NOTIFY_SET, 'sinterstore');
export const SUNIONSTORE = defineEvent(NOTIFY_SET, 'sunionstore');
export const SDIFFSTORE = defineEvent(NOTIFY_SET, 'sdiffstore');
