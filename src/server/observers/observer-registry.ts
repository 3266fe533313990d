/**
 * Who observes keys. Each observer has a bit in `mask` while it has something to observe, so that a change nobody
 * observes costs one comparison.
 */
import type { KeyEvent } from '../../commands/events.js';
import type { Observers } from '../../commands/services/observers.js';
import type { Database } from '../../engine/database.js';

/** One kind of observer: WATCH, tracking, notifications, blocked clients. */
export interface KeyObserver {
  keyChanged?(db: Database, keyBytes: Buffer, start: number, end: number): void;
  /** As `keyChanged`, of a key that goes without anybody's doing: its time came, or memory was short. */
  keyWent?(db: Database, keyBytes: Buffer, start: number, end: number): void;
  databaseReplacing?(db: Database, other: Database | null): void;
  notify?(event: KeyEvent, db: Database, keyBytes: Buffer, start: number, end: number): void;
}

export class ObserverRegistry implements Observers {
  mask = 0;
  /** Those who want to know of new keys. */
  #newKeyMask = 0;
  readonly #observers: (KeyObserver | null)[] = [];

  /** @param announceNew told whether new keys are of interest: the engine announces them only then */
  constructor(readonly announceNew: (isWanted: boolean) => void) {}

  /** @returns the observer's bit, to be handed to `activate` */
  register(observer: KeyObserver): number {
    this.#observers.push(observer);
    return 1 << (this.#observers.length - 1);
  }

  /** The observer has something to observe, or nothing any more. */
  activate(bit: number, isActive: boolean): void {
    this.mask = isActive ? this.mask | bit : this.mask & ~bit;
  }

  /** The observer wants to be notified of new keys, in the middle of the commands that make them, or not any more. */
  activateNewKeys(bit: number, isActive: boolean): void {
    this.#newKeyMask = isActive ? this.#newKeyMask | bit : this.#newKeyMask & ~bit;
    this.announceNew(this.#newKeyMask !== 0);
  }

  keyChanged(db: Database, keyBytes: Buffer, start: number, end: number): void {
    for (let index = 0, rest = this.mask; rest !== 0; index++, rest >>>= 1) {
      if ((rest & 1) !== 0) this.#observers[index]?.keyChanged?.(db, keyBytes, start, end);
    }
  }

  keyWent(db: Database, keyBytes: Buffer, start: number, end: number): void {
    for (let index = 0, rest = this.mask; rest !== 0; index++, rest >>>= 1) {
      const observer = (rest & 1) === 0 ? null : this.#observers[index];
      if (observer?.keyWent !== undefined) observer.keyWent(db, keyBytes, start, end);
      else observer?.keyChanged?.(db, keyBytes, start, end);
    }
  }

  databaseReplacing(db: Database, other: Database | null): void {
    for (let index = 0, rest = this.mask; rest !== 0; index++, rest >>>= 1) {
      if ((rest & 1) !== 0) this.#observers[index]?.databaseReplacing?.(db, other);
    }
  }

  notify(event: KeyEvent, db: Database, keyBytes: Buffer, start: number, end: number): void {
    for (let index = 0, rest = this.mask; rest !== 0; index++, rest >>>= 1) {
      if ((rest & 1) !== 0) this.#observers[index]?.notify?.(event, db, keyBytes, start, end);
    }
  }
}
