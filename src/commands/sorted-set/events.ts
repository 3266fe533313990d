/** What happens to sorted sets. */
import { defineEvent, type KeyEvent, NOTIFY_ZSET } from '../events.js';

export const ZADD = defineEvent(NOTIFY_ZSET, 'zadd');
export const ZINCR = defineEvent(NOTIFY_ZSET, 'zincr');
export const ZREM = defineEvent(NOTIFY_ZSET, 'zrem');
export const ZREMRANGEBYRANK = defineEvent(NOTIFY_ZSET, 'zremrangebyrank');
export const ZREMRANGEBYSCORE = defineEvent(NOTIFY_ZSET, 'zremrangebyscore');
export const ZREMRANGEBYLEX = defineEvent(NOTIFY_ZSET, 'zremrangebylex');
export const ZRANGESTORE = defineEvent(NOTIFY_ZSET, 'zrangestore');
export const ZUNIONSTORE = defineEvent(NOTIFY_ZSET, 'zunionstore');
export const ZINTERSTORE = defineEvent(NOTIFY_ZSET, 'zinterstore');
export const ZDIFFSTORE = defineEvent(NOTIFY_ZSET, 'zdiffstore');
export const ZPOPMIN = defineEvent(NOTIFY_ZSET, 'zpopmin');
export const ZPOPMAX = defineEvent(NOTIFY_ZSET, 'zpopmax');

export const popEvent = (isMax: boolean): KeyEvent => (isMax ? ZPOPMAX : ZPOPMIN);
