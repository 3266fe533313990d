/** What happens to strings. */
import { defineEvent, NOTIFY_STRING } from '../events.js';

export const SET = defineEvent(NOTIFY_STRING, 'set');
