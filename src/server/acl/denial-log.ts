/**
 * ACL LOG: who was denied what, newest first. Denials alike within a minute are one entry that counts them.
 *
 * Source: redis.io/commands/acl-log.
 */
import type { DenialContext, DenialReason, DeniedAccess } from '../../commands/services/access.js';

/** Denials further apart than this are two entries. */
const GROUPING_MS_MAX = 60_000;
/** How many entries are looked at for one alike. */
const SCANNED_MAX = 10;

export interface Denial {
  readonly reason: DenialReason;
  readonly context: DenialContext;
  /** The command, key or channel. */
  readonly object: string;
  readonly userName: string;
  /** The client as CLIENT LIST shows it. */
  readonly clientInfo: string;
}

class Entry implements DeniedAccess {
  count = 1;
  clientInfo: string;
  lastMs: number;

  constructor(
    readonly id: number,
    readonly denial: Denial,
    readonly firstMs: number,
  ) {
    this.clientInfo = denial.clientInfo;
    this.lastMs = firstMs;
  }

  get reason(): DenialReason {
    return this.denial.reason;
  }

  get context(): DenialContext {
    return this.denial.context;
  }

  get object(): string {
    return this.denial.object;
  }

  get userName(): string {
    return this.denial.userName;
  }
}

export class DenialLog {
  /** `acllog-max-len`; entries too many go when the next one comes. */
  lengthMax = 128;

  #entries: Entry[] = [];
  #nextId = 0;

  get entries(): readonly DeniedAccess[] {
    return this.#entries;
  }

  add(denial: Denial, nowMs: number): void {
    const index = this.#entries.slice(0, SCANNED_MAX).findIndex((entry) => isAlike(entry, denial, nowMs));
    if (index < 0) {
      this.#entries.unshift(new Entry(this.#nextId++, denial, nowMs));
      this.#entries.length = Math.min(this.#entries.length, this.lengthMax);
      return;
    }
    const [entry] = this.#entries.splice(index, 1);
    entry.count++;
    entry.clientInfo = denial.clientInfo;
    entry.lastMs = nowMs;
    this.#entries.unshift(entry);
  }

  /** Ids go on from where they were. */
  clear(): void {
    this.#entries = [];
  }
}

function isAlike(entry: Entry, denial: Denial, nowMs: number): boolean {
  return (
    entry.reason === denial.reason &&
    entry.context === denial.context &&
    Math.abs(nowMs - entry.lastMs) <= GROUPING_MS_MAX &&
    entry.object === denial.object &&
    entry.userName === denial.userName
  );
}
