/** What happens to HyperLogLogs. */
import { defineEvent, NOTIFY_STRING } from '../events.js';

export const PFADD = defineEvent(NOTIFY_STRING, 'pfadd');
