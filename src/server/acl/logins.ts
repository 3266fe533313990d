/**
 * Which user each session is, and what that makes of its states: RESTRICTED while that user isn't allowed everything,
 * UNAUTHENTICATED while it has to log in first. Both are settled again whenever a user, or a session's login, changes. It
 * doesn't know what a user may do.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Clients } from '../../commands/services/clients.js';
import { RESTRICTED, type Session, UNAUTHENTICATED } from '../session.js';
import { digestOf } from './rules.js';
import type { User } from './user.js';
import type { Users } from './users.js';

/** What logins need of their server. */
export interface LoginHost {
  readonly sessions: ReadonlyMap<number, Session>;
  readonly clients: Pick<Clients, 'closeAfterReply'> & { disconnect(session: Session): void };
  readonly serving: { readonly batchSession: Session | null };
}

export class Logins {
  readonly #host: LoginHost;
  readonly #users: Users;

  constructor(host: LoginHost, users: Users) {
    this.#host = host;
    this.#users = users;
  }

  admit(session: Session, user: User, isAuthenticated: boolean): void {
    session.user = user;
    session.isAuthenticated = isAuthenticated;
    this.#settle(session);
  }

  /** Users may have changed. */
  settleAll(): void {
    for (const session of this.#host.sessions.values()) this.#settle(session);
  }

  /** Other users have taken the place of all: each session is who has its user's name now. */
  followUsers(): void {
    for (const session of this.#host.sessions.values()) {
      if (session.user !== null) session.user = this.#users.get(session.user.name) ?? this.#users.initial;
    }
    this.settleAll();
  }

  /** Nothing of them runs any more; the one being served gets its reply. */
  end(isMeant: (session: Session) => boolean): void {
    const { sessions, clients, serving } = this.#host;
    for (const session of [...sessions.values()]) {
      if (!isMeant(session)) continue;
      this.admit(session, this.#users.initial, false);
      if (session === serving.batchSession) clients.closeAfterReply(session);
      else clients.disconnect(session);
    }
  }

  #settle(session: Session): void {
    const { initial } = this.#users;
    const mustLogIn = !session.isAuthenticated && !(initial.needsNoPassword && initial.isOn);
    const isRestricted = session.user !== null && !session.user.isUnrestricted;
    session.states =
      (session.states & ~(UNAUTHENTICATED | RESTRICTED)) |
      (mustLogIn ? UNAUTHENTICATED : 0) |
      (isRestricted ? RESTRICTED : 0);
  }
}

/** Every password is compared to the end, so that the time taken tells nothing. */
export function mayLogIn(user: User, password: string): boolean {
  if (!user.isOn) return false;
  if (user.needsNoPassword) return true;
  const digest = Buffer.from(digestOf(password));
  let isKnown = false;
  for (const known of user.passwords) isKnown = timingSafeEqual(digest, Buffer.from(known)) || isKnown;
  return isKnown;
}
