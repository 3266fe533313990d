/** What happens to lists. */
import { defineEvent, type KeyEvent, NOTIFY_LIST } from '../events.js';

export const LPUSH = defineEvent(NOTIFY_LIST, 'lpush');
export const RPUSH = defineEvent(NOTIFY_LIST, 'rpush');
export const LPOP = defineEvent(NOTIFY_LIST, 'lpop');
export const RPOP = defineEvent(NOTIFY_LIST, 'rpop');
export const LINSERT = defineEvent(NOTIFY_LIST, 'linsert');
export const LSET = defineEvent(NOTIFY_LIST, 'lset');
export const LREM = defineEvent(NOTIFY_LIST, 'lrem');
export const LTRIM = defineEvent(NOTIFY_LIST, 'ltrim');

export const pushEvent = (atHead: boolean): KeyEvent => (atHead ? LPUSH : RPUSH);
export const popEvent = (atHead: boolean): KeyEvent => (atHead ? LPOP : RPOP);
