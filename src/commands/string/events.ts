/** What happens to strings. */
import { defineEvent, NOTIFY_STRING } from '../events.js';

export const SET = defineEvent(NOTIFY_STRING, 'set');
export const INCRBY = defineEvent(NOTIFY_STRING, 'incrby');
export const INCRBYFLOAT = defineEvent(NOTIFY_STRING, 'incrbyfloat');
export const APPEND = defineEvent(NOTIFY_STRING, 'append');
export const SETRANGE = defineEvent(NOTIFY_STRING, 'setrange');
