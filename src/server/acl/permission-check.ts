/**
 * Whether a user may run a request: command, keys and channels, all of them by one selector. It knows no clients and
 * keeps no log; one object serves every check of a server.
 */
import type { Argv } from '../../commands/argv.js';
import { ACCESS, DELETE, INSERT, NO_AUTH, UPDATE } from '../../commands/flags.js';
import type { CommandKeys } from '../../commands/keys.js';
import type { CommandTable } from '../../commands/table.js';
import { NO_COMMAND } from '../../commands/table.js';
import { MAY_READ, MAY_WRITE, type Selector } from './selector.js';
import type { User } from './user.js';

/** In the order of relevance: of several selectors' denials the greatest is told. */
export const ALLOWED = 0;
export const DENIED_COMMAND = 1;
export const DENIED_KEY = 2;
export const DENIED_CHANNEL = 4;

interface ChannelArguments {
  readonly first: number;
  /** -1: to the end. */
  readonly last: number;
  readonly arePatterns: boolean;
}

/** Giving channels up is free. */
const CHANNELS_OF: ReadonlyMap<string, ChannelArguments> = new Map([
  ['subscribe', { first: 1, last: -1, arePatterns: false }],
  ['ssubscribe', { first: 1, last: -1, arePatterns: false }],
  ['psubscribe', { first: 1, last: -1, arePatterns: true }],
  ['publish', { first: 1, last: 1, arePatterns: false }],
  ['spublish', { first: 1, last: 1, arePatterns: false }],
]);

export class PermissionCheck {
  /** The argument that the last check refused; 0 for the command itself. */
  argumentIndex = 0;

  readonly #table: CommandTable;
  readonly #keys: CommandKeys;
  /** By command id. */
  readonly #channels: readonly (ChannelArguments | null)[];
  /** The keys of the request being checked, found when first asked for. */
  readonly #keyIndexes: number[] = [];
  readonly #keyAccess: number[] = [];
  #areKeysFound = false;
  readonly #foundKey = (index: number, flags: number): void => {
    this.#keyIndexes.push(index);
    this.#keyAccess.push(accessOf(flags));
  };

  constructor(table: CommandTable, keys: CommandKeys) {
    this.#table = table;
    this.#keys = keys;
    this.#channels = table.names.map((name) => CHANNELS_OF.get(name) ?? null);
  }

  /** @returns ALLOWED, or what is denied; `argumentIndex` then tells which argument */
  check(user: User, id: number, argv: Argv): number {
    this.#areKeysFound = false;
    let denial = DENIED_COMMAND;
    let argumentIndex = 0;
    this.argumentIndex = 0;
    for (const selector of user.selectors) {
      const verdict = this.#checkSelector(selector, id, argv);
      if (verdict === ALLOWED) return ALLOWED;
      if (verdict > denial || (verdict === denial && this.argumentIndex > argumentIndex)) {
        denial = verdict;
        argumentIndex = this.argumentIndex;
      }
    }
    this.argumentIndex = argumentIndex;
    return denial;
  }

  /** The request is allowed, and so would be reading any other key: what it reads depends on data. */
  readsEveryKey(user: User, id: number, argv: Argv): boolean {
    this.#areKeysFound = false;
    return user.selectors.some(
      (selector) => selector.readsEveryKey && this.#checkSelector(selector, id, argv) === ALLOWED,
    );
  }

  #checkSelector(selector: Selector, id: number, argv: Argv): number {
    if (!selector.allowsAllCommands && !this.#allowsCommand(selector, id, argv)) return DENIED_COMMAND;
    if (!selector.allowsAllKeys && !this.#allowsKeys(selector, id, argv)) return DENIED_KEY;
    if (!selector.allowsAllChannels && !this.#allowsChannels(selector, id, argv)) return DENIED_CHANNEL;
    return ALLOWED;
  }

  #allowsCommand(selector: Selector, id: number, argv: Argv): boolean {
    if (selector.allowsCommand(id) || (this.#table.flagsOf[id] & NO_AUTH) !== 0) return true;
    const first = this.#table.parentOf[id] === NO_COMMAND ? 1 : 2;
    return first < argv.count && selector.allowsFirstArgument(id, argv.shown(first));
  }

  #allowsKeys(selector: Selector, id: number, argv: Argv): boolean {
    if (!this.#areKeysFound) this.#findKeys(id, argv);
    for (let at = 0; at < this.#keyIndexes.length; at++) {
      const index = this.#keyIndexes[at];
      if (!selector.allowsKey(argv.bytes, argv.starts[index], argv.ends[index], this.#keyAccess[at])) {
        this.argumentIndex = index;
        return false;
      }
    }
    return true;
  }

  #findKeys(id: number, argv: Argv): void {
    this.#keyIndexes.length = 0;
    this.#keyAccess.length = 0;
    this.#areKeysFound = true;
    if (this.#keys.hasKeys(id)) this.#keys.find(id, argv, this.#foundKey);
  }

  #allowsChannels(selector: Selector, id: number, argv: Argv): boolean {
    const channels = this.#channels[id];
    if (channels === null) return true;
    const last = channels.last < 0 ? argv.count - 1 : channels.last;
    for (let index = channels.first; index <= last; index++) {
      if (!selector.allowsChannel(argv.bytes, argv.starts[index], argv.ends[index], channels.arePatterns)) {
        this.argumentIndex = index;
        return false;
      }
    }
    return true;
  }
}

/** What a command does with a key's value; a key that is only asked for needs neither. @param flags of the key */
function accessOf(flags: number): number {
  const reads = (flags & ACCESS) !== 0 ? MAY_READ : 0;
  return (flags & (INSERT | UPDATE | DELETE)) !== 0 ? reads | MAY_WRITE : reads;
}
