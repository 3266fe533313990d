/**
 * The name of the data's history, which offsets belong to, and of the one that it continues: a replica that becomes a
 * master begins a history of its own, and whoever followed the old one up to there can go on with the new.
 */
import { newRunId } from '../run-id.js';

const NO_HISTORY = '0'.repeat(40);
const NO_OFFSET = -1;

export class History {
  id = newRunId();
  previousId = NO_HISTORY;
  /** Where the previous one ended; -1: there is none. */
  previousOffset = NO_OFFSET;
  /** The data are of this history, and another server may know it. */
  isShared = false;

  /** Nobody can go on from here. */
  renew(): void {
    this.id = newRunId();
    this.#forgetPrevious();
  }

  /** The data became another server's. */
  adopt(id: string): void {
    this.id = id;
    this.isShared = true;
    this.#forgetPrevious();
  }

  /** The data are another history's up to `offset`, and go on under this name. */
  descend(id: string, offset: number): void {
    this.previousId = id;
    this.previousOffset = offset;
  }

  /** The same history under another name from `offset` on. */
  continueAs(id: string, offset: number): void {
    this.previousId = this.id;
    this.previousOffset = offset;
    this.id = id;
  }

  /** Whether somebody who has a history up to `offset` has a part of this one. */
  includes(id: string, offset: number): boolean {
    return id === this.id || (id === this.previousId && offset <= this.previousOffset);
  }

  #forgetPrevious(): void {
    this.previousId = NO_HISTORY;
    this.previousOffset = NO_OFFSET;
  }
}
