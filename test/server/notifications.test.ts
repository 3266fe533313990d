import assert from 'node:assert/strict';
import { formatNotifyClasses, parseNotifyClasses } from '../../src/server/notifications.js';

describe('notify-keyspace-events', () => {
  // As CONFIG SET and CONFIG GET of redis-server 7.0.15.
  const normalized = { AKEn: 'AKE', KEn: 'nKE', Kmn: 'nKm', gxE: 'gxE', '': '', E: 'E', A: 'A' };
  for (const [given, shown] of Object.entries(normalized)) {
    it(`shows "${given}" as "${shown}"`, () => {
      assert.equal(formatNotifyClasses(parseNotifyClasses(given)), shown);
    });
  }

  it('refuses a letter that names no class', () => {
    assert.equal(parseNotifyClasses('ABC'), -1);
  });
});
