/** What happens to keys of any type, beside what commands/events.ts names. */
import { defineEvent, NOTIFY_GENERIC, NOTIFY_LIST } from '../events.js';

export const RENAME_FROM = defineEvent(NOTIFY_GENERIC, 'rename_from');
export const RENAME_TO = defineEvent(NOTIFY_GENERIC, 'rename_to');
export const MOVE_FROM = defineEvent(NOTIFY_GENERIC, 'move_from');
export const MOVE_TO = defineEvent(NOTIFY_GENERIC, 'move_to');
export const COPY_TO = defineEvent(NOTIFY_GENERIC, 'copy_to');
export const RESTORE = defineEvent(NOTIFY_GENERIC, 'restore');
/** SORT … STORE made a list. */
export const SORTSTORE = defineEvent(NOTIFY_LIST, 'sortstore');
