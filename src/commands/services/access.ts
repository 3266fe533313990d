/** Users and what each of them may do: what the ACL commands ask for. Implemented by the server. Text is latin1. */
import type { Argv } from '../argv.js';

/** Rules as ACL SETUSER takes them. */
export interface SelectorDescription {
  readonly commands: string;
  readonly keys: string;
  readonly channels: string;
}

export interface UserDescription {
  readonly flags: readonly string[];
  /** SHA-256, 64 hexadecimal digits each. */
  readonly passwords: readonly string[];
  readonly root: SelectorDescription;
  /** The others. */
  readonly selectors: readonly SelectorDescription[];
}

export type DenialReason = 'command' | 'key' | 'channel' | 'auth';
export type DenialContext = 'toplevel' | 'multi' | 'lua';

/** An entry of ACL LOG. Times are wall clock. */
export interface DeniedAccess {
  readonly id: number;
  readonly count: number;
  readonly reason: DenialReason;
  readonly context: DenialContext;
  readonly object: string;
  readonly userName: string;
  readonly clientInfo: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface AccessControl {
  /** In the order of their bytes. */
  userNames(): readonly string[];
  /** A line each, as in an ACL file. */
  userLines(): readonly string[];
  /** Null when there is no such user. */
  describeUser(name: string): UserDescription | null;
  /**
   * Makes or changes a user: by all of the rules, or not at all.
   * @throws ReplyError
   */
  setUser(name: string, rules: readonly string[]): void;
  /** Their clients are closed. @returns how many there were */
  deleteUsers(names: readonly string[]): number;
  /** Why the user may not run a request, or null. @param id of its command */
  explainDenial(userName: string, id: number, request: Argv): string | null;
  /** Newest first. */
  readonly denials: readonly DeniedAccess[];
  forgetDenials(): void;
  /**
   * All users as the ACL file has them, or none of them.
   * @throws ReplyError
   */
  load(): void;
  /** @throws ReplyError */
  save(): void;
  /** Whether the request at hand may read keys that its arguments don't name. */
  mayReadEveryKey(argv: Argv): boolean;
}
