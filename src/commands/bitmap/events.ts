/** What happens to bits. */
import { defineEvent, NOTIFY_STRING } from '../events.js';

export const SETBIT = defineEvent(NOTIFY_STRING, 'setbit');
