/** The users of a server, by name. It knows no clients: whoever changes a user looks after those. Text is latin1. */
import { DEFAULT_USER_NAME } from '../../commands/services/authentication.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { mergeSelectors } from './acl-file.js';
import { type AclRules, digestOf, hasSpaces, RuleMistake, untilZero } from './rules.js';
import type { User } from './user.js';

const NAME_WITH_SPACES = new ReplyError("ERR Usernames can't contain spaces or null characters");

/** The configured users can't be had: the server doesn't start. */
export class UsersUnusable extends Error {
  readonly code = 'ERR_ACL';
}

export class Users {
  /** Connections are this user at first. It is always there, and always the same object. */
  readonly initial: User;

  readonly #rules: AclRules;
  #users = new Map<string, User>();

  constructor(rules: AclRules) {
    this.#rules = rules;
    this.initial = rules.createDefaultUser(DEFAULT_USER_NAME);
    this.#users.set(DEFAULT_USER_NAME, this.initial);
  }

  get(name: string): User | undefined {
    return this.#users.get(name);
  }

  /** In the order of their names' bytes. */
  sorted(): User[] {
    return [...this.#users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * What a user, perhaps a new one, becomes by these rules; nothing has changed yet.
   * @throws ReplyError
   */
  plan(name: string, words: readonly string[]): User {
    if (hasSpaces(name)) throw NAME_WITH_SPACES;
    const merged = mergeSelectors(words);
    if ('unmatched' in merged) {
      const word = untilZero(words[merged.unmatched]);
      throw new ReplyError(`ERR Unmatched parenthesis in acl selector starting at '${word}'.`);
    }
    const plan = this.#rules.createUser(name);
    const known = this.get(name);
    if (known !== undefined) plan.assign(known);
    for (const rule of merged.rules) {
      try {
        this.#rules.apply(plan, rule);
      } catch (thrown) {
        if (!(thrown instanceof RuleMistake)) throw thrown;
        throw new ReplyError(`ERR Error in ACL SETUSER modifier '${untilZero(rule)}': ${thrown.reason}`);
      }
    }
    return plan;
  }

  /**
   * A user as a configuration file has it; the default user begins with nothing there, too.
   * @throws UsersUnusable
   */
  configure([name, ...rules]: readonly string[]): void {
    if (hasSpaces(name)) throw new UsersUnusable('Spaces not allowed in ACL usernames');
    const user = this.#rules.createUser(name);
    for (const rule of rules) {
      try {
        this.#rules.apply(user, rule);
      } catch (thrown) {
        if (!(thrown instanceof RuleMistake)) throw thrown;
        const place = `ACL rule '${untilZero(rule)}' for the user named '${name}'`;
        throw new UsersUnusable(`Error loading ${place}: ${thrown.reason}`);
      }
    }
    this.realize(user);
  }

  /** Makes the user what was planned. @returns the user, the same object as before if there was one */
  realize(plan: User): User {
    const known = this.get(plan.name);
    if (known === undefined) {
      this.#users.set(plan.name, plan);
      return plan;
    }
    known.assign(plan);
    return known;
  }

  /** @returns undefined when there was none */
  remove(name: string): User | undefined {
    const user = this.#users.get(name);
    this.#users.delete(name);
    return user;
  }

  /** These users and no others; without a default user among them, it is as it was at the very first. */
  replaceAll(users: ReadonlyMap<string, User>): void {
    this.initial.assign(users.get(DEFAULT_USER_NAME) ?? this.#rules.createDefaultUser(DEFAULT_USER_NAME));
    this.#users = new Map(users);
    this.#users.set(DEFAULT_USER_NAME, this.initial);
  }

  /** `requirepass`: the default user's one password; empty for none. */
  setPassword(password: string): void {
    this.initial.passwords = password === '' ? [] : [digestOf(password)];
    this.initial.needsNoPassword = password === '';
  }
}
