import assert from 'node:assert/strict';
import { reachedSavePoint } from '../../../src/server/persistence/save-points.js';

const POINTS = [
  { seconds: 3600, changes: 1 },
  { seconds: 60, changes: 100 },
];
const STATE = { changesSinceSave: 0, lastSaveMs: 0, lastAttemptMs: 0, lastAttemptSucceeded: true };

describe('save points', () => {
  it('are reached by so many changes after so much time', () => {
    const reached = (changesSinceSave: number, seconds: number) =>
      reachedSavePoint(POINTS, { ...STATE, changesSinceSave }, seconds * 1000 + 1);
    assert.equal(reached(0, 10_000), undefined);
    assert.equal(reached(1, 3599), undefined);
    assert.equal(reached(1, 3600), POINTS[0]);
    assert.equal(reached(100, 60), POINTS[1]);
    assert.equal(reached(99, 60), undefined);
  });

  it('wait five seconds after a failure', () => {
    const state = { ...STATE, changesSinceSave: 1000, lastAttemptSucceeded: false, lastAttemptMs: 70_000 };
    assert.equal(reachedSavePoint(POINTS, state, 75_000), undefined);
    assert.equal(reachedSavePoint(POINTS, state, 75_001), POINTS[1]);
  });
});
