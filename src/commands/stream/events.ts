/** What happens to streams. */
import { defineEvent, defineWakingEvent, NOTIFY_STREAM } from '../events.js';

export const XADD = defineWakingEvent(NOTIFY_STREAM, 'xadd');
export const XDEL = defineEvent(NOTIFY_STREAM, 'xdel');
export const XTRIM = defineEvent(NOTIFY_STREAM, 'xtrim');
export const XSETID = defineEvent(NOTIFY_STREAM, 'xsetid');
export const XGROUP_CREATE = defineEvent(NOTIFY_STREAM, 'xgroup-create');
export const XGROUP_SETID = defineEvent(NOTIFY_STREAM, 'xgroup-setid');
export const XGROUP_DESTROY = defineWakingEvent(NOTIFY_STREAM, 'xgroup-destroy');
export const XGROUP_CREATECONSUMER = defineEvent(NOTIFY_STREAM, 'xgroup-createconsumer');
export const XGROUP_DELCONSUMER = defineEvent(NOTIFY_STREAM, 'xgroup-delconsumer');
