/** A set under test: strings in, strings out. */
import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/database.js';
import { ENCODING_NAMES, encodingOf } from '../../../src/engine/entry.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { DataTypes } from '../../../src/engine/types/data-types.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import type { SetCursor } from '../../../src/engine/types/set/set-cursor.js';
import type { Sets } from '../../../src/engine/types/set/sets.js';
import { bytesOf, testKeyspace } from './support.js';

export class MemberSet {
  readonly database: Database;
  readonly limits = new EncodingLimits();
  readonly types: DataTypes;
  readonly sets: Sets;
  entry = 0;
  #others = 0;

  constructor(
    intsetMax = 512,
    listpackMax = 128,
    readonly keyspace: Keyspace = testKeyspace(),
  ) {
    this.database = keyspace.databases[0];
    this.types = new DataTypes(keyspace, this.limits);
    this.sets = this.types.sets;
    this.limits.setMaxIntsetEntries = intsetMax;
    this.limits.setMaxListpackEntries = listpackMax;
  }

  create(first: string, memberCount = 1, key = 'set'): number {
    const keyBytes = bytesOf(key);
    return this.sets.create(
      this.database,
      keyBytes,
      0,
      keyBytes.length,
      memberCount,
      bytesOf(first),
      0,
      first.length,
    );
  }

  /** Another set, at the key `other0`, `other1` … @returns its entry */
  other(...members: string[]): number {
    const entry = this.create(members[0], members.length, `other${this.#others++}`);
    for (const member of members) this.sets.add(entry, bytesOf(member), 0, member.length);
    return entry;
  }

  get encoding(): string {
    return ENCODING_NAMES[encodingOf(this.keyspace.arena, this.entry)];
  }

  /** As SADD of one command. */
  add(...members: string[]): number {
    if (this.entry === 0) this.entry = this.create(members[0], members.length);
    else this.sets.expect(this.entry, members.length);
    let added = 0;
    for (const member of members) {
      if (this.sets.add(this.entry, bytesOf(member), 0, member.length)) added++;
    }
    return added;
  }

  has(member: string): boolean {
    return this.sets.has(this.entry, bytesOf(member), 0, member.length);
  }

  remove(member: string): boolean {
    return this.sets.remove(this.entry, bytesOf(member), 0, member.length);
  }

  all(): Set<string> {
    return members(this.sets.all(this.entry));
  }
}

/** Every member once: one seen twice is a failure. */
export function members(cursor: SetCursor): Set<string> {
  const seen = new Set<string>();
  while (cursor.next()) {
    const member = cursor.member.toString();
    assert.ok(!seen.has(member), `${member} comes twice`);
    seen.add(member);
  }
  return seen;
}

export function numbers(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
