/**
 * Who clients are and what they may do: users, refusals, and what becomes of clients when their user changes.
 *
 * Every session knows its user (logins.ts). Only while RESTRICTED is set in its states are its requests looked at.
 *
 * Source: redis.io/docs/management/security/acl.
 */
import type { Argv } from '../../commands/argv.js';
import type { CommandKeys } from '../../commands/keys.js';
import type {
  AccessControl as AccessControlService,
  DenialContext,
  DenialReason,
  DeniedAccess,
  SelectorDescription,
  UserDescription,
} from '../../commands/services/access.js';
import { type Authentication, DEFAULT_USER_NAME } from '../../commands/services/authentication.js';
import type { Client } from '../../commands/services/client.js';
import type { Clients } from '../../commands/services/clients.js';
import type { CommandTable } from '../../commands/table.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { QUEUEING, RESTRICTED, type Session } from '../session.js';
import { AclStore } from './acl-store.js';
import { hearsOther, remainingChannels } from './channel-loss.js';
import { DenialLog } from './denial-log.js';
import { type LoginHost, Logins, mayLogIn } from './logins.js';
import { ALLOWED, DENIED_COMMAND, PermissionCheck } from './permission-check.js';
import { explanationOf, refusalAtExecOf, refusalInScriptOf, refusalOf } from './refusals.js';
import { AclRules } from './rules.js';
import type { Selector } from './selector.js';
import { Users, UsersUnusable } from './users.js';

const DEFAULT_USER_STAYS = new ReplyError("ERR The 'default' user cannot be removed");

const TWO_SOURCES =
  'Configuring users in the configuration file and an ACL file at the same time is invalid. This setup is very likely to lead to configuration errors and security holes, please define either an ACL file or declare users directly in the configuration file, but not both.';

/** What access control needs of its server. */
export interface AccessHost extends LoginHost {
  readonly table: CommandTable;
  readonly keys: CommandKeys;
  readonly clients: Clients & LoginHost['clients'];
  readonly serving: LoginHost['serving'] & {
    readonly currentSession: Session;
    readonly currentCommand: number;
  };
  readonly keyspace: { readonly nowMs: number };
}

export class AccessControl implements Authentication, AccessControlService {
  readonly rules: AclRules;
  readonly log = new DenialLog();
  /** For INFO; CONFIG RESETSTAT sets them back. */
  readonly denied: Record<DenialReason, number> = { auth: 0, command: 0, key: 0, channel: 0 };

  readonly #host: AccessHost;
  readonly #users: Users;
  readonly #logins: Logins;
  readonly #check: PermissionCheck;
  readonly #store: AclStore;

  constructor(host: AccessHost) {
    this.#host = host;
    this.rules = new AclRules(host.table);
    this.#users = new Users(this.rules);
    this.#logins = new Logins(host, this.#users);
    this.#check = new PermissionCheck(host.table, host.keys);
    this.#store = new AclStore(this.rules);
  }

  /** Any password of the default user is right. */
  get isOpen(): boolean {
    return this.#users.initial.needsNoPassword;
  }

  /** `requirepass`: each character one byte; empty for none. Who is authenticated stays so. */
  set password(password: string) {
    this.#users.setPassword(password);
    this.#logins.settleAll();
  }

  /**
   * Users as configured, at the start.
   * @param lines name and rules of each
   * @param aclFile path; empty for none
   * @throws UsersUnusable
   */
  begin(lines: readonly (readonly string[])[], aclFile: string): void {
    if (aclFile !== '' && lines.length > 0) throw new UsersUnusable(TWO_SOURCES);
    for (const line of lines) this.#users.configure(line);
    this.#store.path = aclFile;
    if (aclFile === '') return;
    const { users, errors } = this.#store.read();
    if (errors !== '') throw new UsersUnusable(`Aborting startup because of ACL errors: ${errors}`);
    this.#users.replaceAll(users);
  }

  hasUser(name: string): boolean {
    return this.#users.get(name) !== undefined;
  }

  authenticate(client: Client, userName: string, password: string, asking: string): boolean {
    const session = this.#sessionOf(client);
    const user = this.#users.get(userName);
    if (user === undefined || !mayLogIn(user, password)) {
      this.#record(session, 'auth', contextOf(session), asking, userName);
      return false;
    }
    this.#logins.admit(session, user, true);
    return true;
  }

  /** Makes of a client what a fresh connection is. */
  welcome(session: Session): void {
    const { initial } = this.#users;
    this.#logins.admit(session, initial, initial.needsNoPassword && initial.isOn);
  }

  /**
   * Asked while RESTRICTED is set.
   * @returns why the session may not run the request, or null
   */
  refusal(session: Session, id: number, argv: Argv): ReplyError | null {
    const denial = this.#deny(session, id, argv, contextOf(session));
    return denial === ALLOWED ? null : refusalOf(denial, session.userName, this.#host.table.names[id]);
  }

  /** Whether a script may have the session run this; nothing is logged. */
  allows(session: Session, id: number, argv: Argv): boolean {
    const { user } = session;
    return user === null || this.#check.check(user, id, argv) === ALLOWED;
  }

  /** What EXEC answers for a request that was allowed when it was queued, or null. */
  refusalInTransaction(session: Session, id: number, argv: Argv): ReplyError | null {
    const denial = this.#deny(session, id, argv, 'multi');
    return denial === ALLOWED ? null : refusalAtExecOf(denial);
  }

  /** What a script is told, or null. */
  refusalInScript(session: Session, id: number, argv: Argv): ReplyError | null {
    const denial = this.#deny(session, id, argv, 'lua');
    return denial === ALLOWED
      ? null
      : refusalInScriptOf(denial, session.userName, this.#host.table.names[id]);
  }

  userNames(): readonly string[] {
    return this.#users.sorted().map(({ name }) => name);
  }

  userLines(): readonly string[] {
    return this.#users.sorted().map((user) => `user ${user.declaration}`);
  }

  /** What CONFIG REWRITE writes of users: nothing while they have a file of their own. */
  configLines(): readonly string[] {
    return this.#store.path === '' ? this.#users.sorted().map((user) => user.declaration) : [];
  }

  describeUser(name: string): UserDescription | null {
    const user = this.#users.get(name);
    if (user === undefined) return null;
    const [root, ...selectors] = user.selectors.map(describe);
    return { flags: user.flagNames(), passwords: user.passwords, root, selectors };
  }

  setUser(name: string, rules: readonly string[]): void {
    const plan = this.#users.plan(name, rules);
    const known = this.#users.get(name);
    const left = known === undefined ? null : remainingChannels(known, plan);
    const user = this.#users.realize(plan);
    if (left !== null) {
      this.#logins.end(
        (session) =>
          session.user === user && session.subscriptions !== null && hearsOther(session.subscriptions, left),
      );
    }
    this.#logins.settleAll();
  }

  deleteUsers(names: readonly string[]): number {
    if (names.includes(DEFAULT_USER_NAME)) throw DEFAULT_USER_STAYS;
    const removed = names.flatMap((name) => this.#users.remove(name) ?? []);
    this.#logins.end((session) => session.user !== null && removed.includes(session.user));
    return removed.length;
  }

  explainDenial(userName: string, id: number, request: Argv): string | null {
    const user = this.#users.get(userName);
    if (user === undefined) return null;
    const denial = this.#check.check(user, id, request);
    if (denial === ALLOWED) return null;
    const isCommand = denial === DENIED_COMMAND;
    const object = isCommand ? this.#host.table.names[id] : request.shown(this.#check.argumentIndex);
    return explanationOf(denial, userName, object);
  }

  get denials(): readonly DeniedAccess[] {
    return this.log.entries;
  }

  forgetDenials(): void {
    this.log.clear();
  }

  load(): void {
    const users = this.#store.load();
    const before = new Map(this.#users.sorted().map((user) => [user.name, user]));
    const loses = new Map<string, ReturnType<typeof remainingChannels>>();
    for (const [name, user] of before) {
      const after = users.get(name);
      if (after !== undefined) loses.set(name, remainingChannels(user, after));
    }
    this.#users.replaceAll(users);
    this.#logins.end(({ user, subscriptions }) => {
      if (user === null) return false;
      if (!this.hasUser(user.name)) return true;
      const left = loses.get(user.name) ?? null;
      return left !== null && subscriptions !== null && hearsOther(subscriptions, left);
    });
    this.#logins.followUsers();
  }

  save(): void {
    this.#store.save(this.userLines());
  }

  mayReadEveryKey(argv: Argv): boolean {
    const { currentSession: session, currentCommand } = this.#host.serving;
    if (session.user === null || (session.states & RESTRICTED) === 0) return true;
    return this.#check.readsEveryKey(session.user, currentCommand, argv);
  }

  /** CONFIG RESETSTAT. */
  resetStatistics(): void {
    Object.assign(this.denied, { auth: 0, command: 0, key: 0, channel: 0 });
  }

  #sessionOf(client: Client): Session {
    return this.#host.sessions.get(client.id) ?? this.#host.serving.currentSession;
  }

  /** ALLOWED, or what is denied, which is then counted and logged. */
  #deny(session: Session, id: number, argv: Argv, context: DenialContext): number {
    const { user } = session;
    if (user === null || (session.states & RESTRICTED) === 0) return ALLOWED;
    const denial = this.#check.check(user, id, argv);
    if (denial === ALLOWED) return ALLOWED;
    const object =
      denial === DENIED_COMMAND ? this.#host.table.names[id] : argv.latin1(this.#check.argumentIndex);
    this.#record(session, REASONS[denial], context, object, user.name);
    return denial;
  }

  #record(
    session: Session,
    reason: DenialReason,
    context: DenialContext,
    object: string,
    userName: string,
  ): void {
    this.denied[reason]++;
    const clientInfo = this.#host.clients.describe(session).trimEnd();
    this.log.add({ reason, context, object, userName, clientInfo }, this.#host.keyspace.nowMs);
  }
}

const contextOf = (session: Session): DenialContext =>
  (session.states & QUEUEING) !== 0 || session.isExecuting ? 'multi' : 'toplevel';

/** By what is denied. */
const REASONS: readonly DenialReason[] = ['command', 'command', 'key', 'auth', 'channel'];

function describe({ commandsText, keysText, channelsText }: Selector): SelectorDescription {
  return { commands: commandsText, keys: keysText, channels: channelsText };
}
