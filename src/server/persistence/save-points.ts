/** `save`: when the file is to be written without anybody asking for it. */
import type { SavePoint } from '../config/families/persistence.js';

/** After a failure the next attempt waits so long. Source: Redis' CONFIG_BGSAVE_RETRY_DELAY. */
const RETRY_DELAY_MS = 5000;

export interface SaveState {
  readonly changesSinceSave: number;
  readonly lastSaveMs: number;
  readonly lastAttemptMs: number;
  readonly lastAttemptSucceeded: boolean;
}

/** The save point that is reached, or undefined. */
export function reachedSavePoint(
  points: readonly SavePoint[],
  state: SaveState,
  nowMs: number,
): SavePoint | undefined {
  if (!state.lastAttemptSucceeded && nowMs - state.lastAttemptMs <= RETRY_DELAY_MS) return undefined;
  return points.find(
    ({ seconds, changes }) => state.changesSinceSave >= changes && nowMs - state.lastSaveMs > seconds * 1000,
  );
}
