import assert from 'node:assert/strict';
import { ManualClock } from '../../src/base/clock.js';
import type { Database } from '../../src/engine/database.js';
import { ENCODING_EMBSTR } from '../../src/engine/entry.js';
import { Keyspace } from '../../src/engine/keyspace.js';
import { type Moment, momentOf, msBetween } from '../../src/engine/moment.js';
import { find, set } from './support.js';

const FAR = 2n ** 53n + 1n;
const LAST = 2n ** 63n - 1n;

describe('Moment', () => {
  it('is a number as long as numbers are exact', () => {
    assert.equal(momentOf(2n ** 53n - 1n), 2 ** 53 - 1);
    assert.equal(momentOf(2n ** 53n), 2n ** 53n);
    assert.equal(momentOf(-LAST), Number(-LAST));
  });

  it('has an exact distance from now', () => {
    assert.equal(msBetween(1000, 3500), 2500);
    assert.equal(msBetween(1, FAR), 2n ** 53n);
    assert.equal(msBetween(2, FAR), 2 ** 53 - 1);
  });
});

describe('moments that a double would round', () => {
  const make = (): Keyspace => new Keyspace({ clock: new ManualClock(), hashSeed: [1, 2], databaseCount: 2 });
  const expireAt = (database: Database, key: string): Moment => database.expireAt(find(database, key));

  it('are kept as they are, beside near ones', () => {
    const [database] = make().databases;
    const moments: Moment[] = [5e12, FAR, 7e12, LAST, FAR + 1n];
    for (const [index, atMs] of moments.entries())
      database.setExpire(set(database, `key${index}`, 'value'), atMs);
    for (const [index, atMs] of moments.entries()) assert.equal(expireAt(database, `key${index}`), atMs);
    assert.equal(database.expiring, moments.length);
  });

  it('stay with an entry that moves to another block, and go with its expiry', () => {
    const [database] = make().databases;
    database.setExpire(set(database, 'key', 'value'), FAR);
    const long = Buffer.alloc(5000, 'x');
    const key = Buffer.from('key');
    database.setString(key, 0, key.length, long, 0, long.length, ENCODING_EMBSTR, true);
    assert.equal(expireAt(database, 'key'), FAR);
    database.persist(find(database, 'key'));
    assert.equal(expireAt(database, 'key'), -1);
    database.setExpire(find(database, 'key'), FAR);
    database.setExpire(find(database, 'key'), 5e12);
    assert.equal(expireAt(database, 'key'), 5e12);
  });

  it('go along to another key and another database', () => {
    const [database, other] = make().databases;
    database.setExpire(set(database, 'key', 'value'), FAR);
    const name = Buffer.from('moved');
    const copied = database.copyEntry(find(database, 'key'), other, name, 0, name.length);
    assert.equal(other.expireAt(copied), FAR);
    const moved = database.moveEntry(find(database, 'key'), database, name, 0, name.length);
    assert.equal(database.expireAt(moved), FAR);
    database.removeEntry(moved);
    // The next entry in that block must not inherit it.
    for (let index = 0; index < 50; index++) database.setExpire(set(database, `next${index}`, 'value'), 5e12);
    for (let index = 0; index < 50; index++) assert.equal(expireAt(database, `next${index}`), 5e12);
  });
});
