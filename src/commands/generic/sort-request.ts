/** What a SORT asks for: its options, parsed before anything is looked up. */
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import { SYNTAX_ERROR } from '../errors.js';
import type { AccessControl } from '../services/access.js';
import { SortPattern } from './sort-pattern.js';

/** The keys that these options read are nowhere among the arguments. */
const BY_DENIED = new ReplyError('ERR BY option of SORT denied due to insufficient ACL permissions.');
const GET_DENIED = new ReplyError('ERR GET option of SORT denied due to insufficient ACL permissions.');

export class SortRequest {
  isDescending = false;
  isAlphabetic = false;
  /** Elements keep their order: BY names no key. */
  isUnsorted = false;
  limitStart = 0;
  /** Negative: all. */
  limitCount = -1;
  by: SortPattern | null = null;
  readonly gets: SortPattern[] = [];
  /** The argument with the key to store in; 0 for none. */
  storeIndex = 0;

  /** @throws SYNTAX_ERROR, NOT_AN_INTEGER, or what the user may not do */
  constructor(argv: Argv, mayStore: boolean, access: AccessControl) {
    for (let index = 2; index < argv.count; ) index += this.#option(argv, index, mayStore, access);
  }

  /** @returns how many arguments the option at `index` takes, itself included */
  #option(argv: Argv, index: number, mayStore: boolean, access: AccessControl): number {
    const left = argv.count - index - 1;
    if (argv.is(index, 'ASC') || argv.is(index, 'DESC')) {
      this.isDescending = argv.is(index, 'DESC');
      return 1;
    }
    if (argv.is(index, 'ALPHA')) {
      this.isAlphabetic = true;
      return 1;
    }
    if (argv.is(index, 'LIMIT') && left >= 2) {
      this.limitStart = argv.integer(index + 1);
      this.limitCount = argv.integer(index + 2);
      return 3;
    }
    if (mayStore && argv.is(index, 'STORE') && left >= 1) {
      this.storeIndex = index + 1;
      return 2;
    }
    if (argv.is(index, 'BY') && left >= 1) {
      this.by = new SortPattern(argv, index + 1);
      if (!this.by.hasStar) this.isUnsorted = true;
      else if (!access.mayReadEveryKey(argv)) throw BY_DENIED;
      return 2;
    }
    if (!argv.is(index, 'GET') || left < 1) throw SYNTAX_ERROR;
    if (!access.mayReadEveryKey(argv)) throw GET_DENIED;
    this.gets.push(new SortPattern(argv, index + 1));
    return 2;
  }

  /** A set has no order to keep: where the result is stored, it has to be the same each time. */
  sortAnyway(): void {
    this.isUnsorted = false;
    this.isAlphabetic = true;
    this.by = null;
  }

  /** Which of `length` elements are wanted, in the order of the result: half open. */
  range(length: number): { start: number; end: number } {
    const start = Math.min(Math.max(this.limitStart, 0), length);
    const end = this.limitCount < 0 ? length : Math.min(start + this.limitCount, length);
    return { start, end };
  }
}
