/**
 * The language of ACL rules: what each word of ACL SETUSER, of a `user` line or of an ACL file does to a user. It knows
 * users and the command table, no clients.
 *
 * Text is latin1. As for Redis, most words end at a zero byte.
 *
 * Source: redis.io/docs/management/security/acl.
 */
import { createHash } from 'node:crypto';
import { ACL_CATEGORY_NAMES } from '../../commands/flags.js';
import { type CommandTable, NO_COMMAND } from '../../commands/table.js';
import { splitArguments } from '../config/arguments.js';
import { foldCase, MAY_READ, MAY_WRITE, Selector } from './selector.js';
import { User } from './user.js';

/** Why a rule is refused. */
export class RuleMistake {
  constructor(readonly reason: string) {}
}

/** The one mistake that names the rule in an ACL file's errors: the others might show a password. */
export const UNKNOWN_NAME = new RuleMistake('Unknown command or category name in ACL');
const SYNTAX = new RuleMistake('Syntax error');
const KEYS_ARE_ALL = new RuleMistake(
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
);
const CHANNELS_ARE_ALL = new RuleMistake(
  "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
);
const NO_SUCH_PASSWORD = new RuleMistake(
  'The password you are trying to remove from the user does not exist',
);
const NOT_A_DIGEST = new RuleMistake(
  'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters',
);
const FIRST_ARGUMENT_OF_SUBCOMMAND = new RuleMistake('Allowing first-arg of a subcommand is not supported');

const SELECTOR_RULES: ReadonlyMap<string, (selector: Selector) => void> = new Map([
  ['allkeys', (selector: Selector) => selector.setAllKeys(true)],
  ['~*', (selector: Selector) => selector.setAllKeys(true)],
  ['resetkeys', (selector: Selector) => selector.setAllKeys(false)],
  ['allchannels', (selector: Selector) => selector.setAllChannels(true)],
  ['&*', (selector: Selector) => selector.setAllChannels(true)],
  ['resetchannels', (selector: Selector) => selector.setAllChannels(false)],
  ['allcommands', (selector: Selector) => selector.setAllCommands(true)],
  ['+@all', (selector: Selector) => selector.setAllCommands(true)],
  ['nocommands', (selector: Selector) => selector.setAllCommands(false)],
  ['-@all', (selector: Selector) => selector.setAllCommands(false)],
]);

export class AclRules {
  /** `acl-pubsub-default` is `allchannels`: new selectors allow them all. */
  allowsChannelsAtFirst = false;

  readonly #table: CommandTable;

  constructor(table: CommandTable) {
    this.#table = table;
  }

  /** A user that may do nothing. */
  createUser(name: string): User {
    return new User(name, this.#createSelector());
  }

  /** The user that connections have at first: it may do everything, and needs no password. */
  createDefaultUser(name: string): User {
    const user = this.createUser(name);
    for (const rule of ['+@all', '~*', '&*', 'on', 'nopass']) this.apply(user, rule);
    return user;
  }

  /** @throws RuleMistake; the user may then be anything between before and after */
  apply(user: User, rule: string): void {
    if (rule === '') return;
    switch (foldCase(untilZero(rule))) {
      case 'on':
      case 'off':
        user.isOn = /^on/i.test(rule);
        break;
      case 'sanitize-payload':
      case 'skip-sanitize-payload':
        user.skipsSanitizing = /^skip/i.test(rule);
        break;
      case 'nopass':
      case 'resetpass':
        setPasswords(user, [], /^nopass/i.test(rule));
        break;
      case 'clearselectors':
        user.selectors = [user.root];
        break;
      case 'reset':
        user.assign(this.createUser(user.name));
        break;
      default:
        this.#applyLonger(user, rule);
    }
  }

  #applyLonger(user: User, rule: string): void {
    if ('>#<!'.includes(rule[0])) changePassword(user, rule);
    else if (rule.startsWith('(') && rule.endsWith(')')) {
      user.selectors = [...user.selectors, this.#parseSelector(rule.slice(1, -1))];
    } else this.#applyToSelector(user.root, rule);
  }

  #createSelector(): Selector {
    return new Selector(this.#table.count, this.allowsChannelsAtFirst);
  }

  /** Rules with blanks between; quotes that aren't closed make them none at all. */
  #parseSelector(text: string): Selector {
    const selector = this.#createSelector();
    for (const rule of splitArguments(text) ?? []) this.#applyToSelector(selector, rule);
    return selector;
  }

  #applyToSelector(selector: Selector, rule: string): void {
    const change = SELECTOR_RULES.get(foldCase(untilZero(rule)));
    if (change !== undefined) {
      change(selector);
      return;
    }
    switch (rule[0]) {
      case '~':
      case '%':
        addKeyPattern(selector, rule);
        break;
      case '&':
        addChannelPattern(selector, rule);
        break;
      case '+':
      case '-':
        this.#changeCommands(selector, untilZero(rule.slice(1)), rule[0] === '+');
        break;
      default:
        throw SYNTAX;
    }
  }

  #changeCommands(selector: Selector, name: string, isAllowed: boolean): void {
    if (name.startsWith('@')) {
      selector.setCommands(this.#commandsOf(name.slice(1)), isAllowed, foldCase(name));
      return;
    }
    if (isAllowed && name.includes('|')) {
      this.#allowPart(selector, name);
      return;
    }
    const id = this.#find(name);
    if (id === NO_COMMAND) throw UNKNOWN_NAME;
    selector.setCommands(this.#withSubcommands(id), isAllowed, this.#table.names[id]);
  }

  /** `+config|get`, a subcommand, or `+select|0`, a command with one first argument. */
  #allowPart(selector: Selector, name: string): void {
    const bar = name.lastIndexOf('|');
    const part = name.slice(bar + 1);
    const whole = this.#find(name.slice(0, bar));
    if (whole === NO_COMMAND) throw UNKNOWN_NAME;
    if (this.#table.parentOf[whole] !== NO_COMMAND) throw FIRST_ARGUMENT_OF_SUBCOMMAND;
    if (part === '') throw SYNTAX;
    if (this.#table.subcommandsOf[whole] === null) {
      selector.allowFirstArgument(whole, part, foldCase(name));
      return;
    }
    const id = this.#find(name);
    if (id === NO_COMMAND) throw UNKNOWN_NAME;
    selector.allowSubcommand(id, foldCase(name));
  }

  /** A command, or a subcommand by its full name. */
  #find(name: string): number {
    const [command, subcommand, ...more] = name.split('|').map((word) => Buffer.from(word, 'latin1'));
    if (more.length > 0) return NO_COMMAND;
    const id = this.#table.find(command, 0, command.length);
    if (id === NO_COMMAND || subcommand === undefined) return id;
    return this.#table.findSubcommand(id, subcommand, 0, subcommand.length);
  }

  #withSubcommands(id: number): readonly number[] {
    return [id, ...(this.#table.subcommandsOf[id] ?? [])];
  }

  /** What a category's rule is about: also the subcommands of a container that is in it. */
  #commandsOf(category: string): readonly number[] {
    const wanted = foldCase(category);
    const bit = ACL_CATEGORY_NAMES.find(([, name]) => name === wanted)?.[0];
    if (bit === undefined) throw UNKNOWN_NAME;
    const { categoriesOf } = this.#table;
    const ids: number[] = [];
    for (let id = 0; id < categoriesOf.length; id++) {
      if ((categoriesOf[id] & bit) !== 0) ids.push(...this.#withSubcommands(id));
    }
    return ids;
  }
}

/** As it is kept: passwords themselves are nowhere. @param password each character one byte */
export function digestOf(password: string): string {
  return createHash('sha256').update(password, 'latin1').digest('hex');
}

/** Nothing that separates words, and no zero byte. */
export function hasSpaces(text: string): boolean {
  return /[\0\t-\r ]/.test(text);
}

/** What C takes a text for: what stands before the first zero byte. */
export function untilZero(text: string): string {
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}

function setPasswords(user: User, digests: readonly string[], needsNone: boolean): void {
  user.passwords = digests;
  user.needsNoPassword = needsNone;
}

/** `>password`, `#digest`, and `<` and `!` to take them away. */
function changePassword(user: User, rule: string): void {
  const isDigest = rule[0] === '#' || rule[0] === '!';
  if (isDigest && !/^[0-9a-f]{64}$/.test(rule.slice(1))) throw NOT_A_DIGEST;
  const digest = isDigest ? rule.slice(1) : digestOf(rule.slice(1));
  const isKnown = user.passwords.includes(digest);
  if (rule[0] === '>' || rule[0] === '#') {
    setPasswords(user, isKnown ? user.passwords : [...user.passwords, digest], false);
    return;
  }
  if (!isKnown) throw NO_SUCH_PASSWORD;
  user.passwords = user.passwords.filter((known) => known !== digest);
}

/** `~pattern`, or `%R~pattern` with any of R and W. */
function addKeyPattern(selector: Selector, rule: string): void {
  if (selector.allowsAllKeys) throw KEYS_ARE_ALL;
  let access = MAY_READ | MAY_WRITE;
  let pattern = rule.slice(1);
  if (rule[0] === '%') {
    // A rule may end behind its letters: the pattern is empty then.
    const letters = /^%(R|W|RW|WR)(?:~|$)/i.exec(rule);
    if (letters === null) throw SYNTAX;
    access = (/R/i.test(letters[1]) ? MAY_READ : 0) | (/W/i.test(letters[1]) ? MAY_WRITE : 0);
    pattern = rule.slice(letters[0].length);
  }
  if (hasSpaces(pattern)) throw SYNTAX;
  selector.addKeyPattern(pattern, access);
}

function addChannelPattern(selector: Selector, rule: string): void {
  if (selector.allowsAllChannels) throw CHANNELS_ARE_ALL;
  if (hasSpaces(rule.slice(1))) throw SYNTAX;
  selector.addChannelPattern(rule.slice(1));
}
