/** What persistence keeps commands from: anything while the data is loaded, writing while it can't be saved. */
import { LOADING as ALLOWED_WHILE_LOADING, NO_ASYNC_LOADING } from '../../commands/flags.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { type FlagsOf, type Gate, PASS } from '../requests/gates.js';
import { type Keeping, keepingGate } from './keeping-gate.js';

/** Server states that gates ask about. */
export const LOADING = 1 << 14;
export const UNSAVED = 1 << 23;
/** Data are being loaded beside those there are, which may be read. */
export const ASYNC_LOADING = 1 << 24;

const LOADING_REFUSED = new ReplyError('LOADING Redis is loading the dataset in memory');

export const MISCONFIGURED = new ReplyError(
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.",
);

/** Loading may have begun after something was queued. */
export const loadingGate = (flagsOf: FlagsOf): Gate => ({
  state: LOADING,
  heeds: (flags, name) => (flags & ALLOWED_WHILE_LOADING) === 0 || name === 'exec',
  refusal: (session, id) => ((flagsOf(session, id) & ALLOWED_WHILE_LOADING) !== 0 ? PASS : LOADING_REFUSED),
});

export const asyncLoadingGate = (flagsOf: FlagsOf): Gate => ({
  state: ASYNC_LOADING,
  heeds: (flags, name) => (flags & NO_ASYNC_LOADING) !== 0 || name === 'exec',
  refusal: (session, id) => ((flagsOf(session, id) & NO_ASYNC_LOADING) === 0 ? PASS : LOADING_REFUSED),
});

export const unsavedGate = (keeping: Keeping): Gate => keepingGate(UNSAVED, keeping, () => MISCONFIGURED);
