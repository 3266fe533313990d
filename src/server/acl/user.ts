/** A user: whether and how somebody may log in as it, and what it may do then. Text is latin1. */
import type { Selector } from './selector.js';

export class User {
  isOn = false;
  /** Any password will do. */
  needsNoPassword = false;
  /** RESTORE needn't look closely at what it gets. januskv always does: the flag is kept to be shown. */
  skipsSanitizing = false;
  /** SHA-256, 64 hexadecimal digits each. */
  passwords: readonly string[] = [];
  /** The first one is the root: the rules outside of parentheses. Never empty. */
  selectors: readonly Selector[];

  constructor(
    readonly name: string,
    root: Selector,
  ) {
    this.selectors = [root];
  }

  get root(): Selector {
    return this.selectors[0];
  }

  /** Nothing that it asks for has to be looked at. */
  get isUnrestricted(): boolean {
    return this.selectors.some((selector) => selector.allowsEverything);
  }

  /** Becomes what the other one is, but for its name. */
  assign(other: User): void {
    this.isOn = other.isOn;
    this.needsNoPassword = other.needsNoPassword;
    this.skipsSanitizing = other.skipsSanitizing;
    this.passwords = other.passwords;
    this.selectors = other.selectors.map((selector) => selector.copy());
  }

  /** In the order in which Redis shows them. */
  flagNames(): string[] {
    return [
      this.isOn ? 'on' : 'off',
      ...(this.needsNoPassword ? ['nopass'] : []),
      this.skipsSanitizing ? 'skip-sanitize-payload' : 'sanitize-payload',
    ];
  }

  /** As rules that make the same user again. */
  describe(): string {
    const [root, ...others] = this.selectors.map((selector) => selector.describe());
    return [
      ...this.flagNames(),
      ...this.passwords.map((digest) => `#${digest}`),
      root,
      ...others.map((selector) => `(${selector})`),
    ].join(' ');
  }

  /** What stands behind the word `user` in an ACL file, and in redis.conf. */
  get declaration(): string {
    return `${this.name} ${this.describe()}`;
  }
}
