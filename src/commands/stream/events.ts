/** What happens to streams. */
import { defineEvent, NOTIFY_STREAM } from '../events.js';

export const XADD = defineEvent(NOTIFY_STREAM, 'xadd');
export const XDEL = defineEvent(NOTIFY_STREAM, 'xdel');
export const XTRIM = defineEvent(NOTIFY_STREAM, 'xtrim');
