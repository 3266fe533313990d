/** What happens to places; they are members of sorted sets, and GEOADD says what ZADD says. */
import { defineEvent, NOTIFY_ZSET } from '../events.js';

export const GEOSEARCHSTORE = defineEvent(NOTIFY_ZSET, 'geosearchstore');
export const GEORADIUSSTORE = defineEvent(NOTIFY_ZSET, 'georadiusstore');
