/** The messages of client-side caching. Each is valid until the next is written. */
import { Reply } from '../../protocol/reply.js';
import { type Session, SUBSCRIBED } from '../session.js';

const CHANNEL = '__redis__:invalidate';

export class TrackingMessages {
  readonly #message = new Reply();

  /**
   * @param protocol of the session that is tracked, in which Redis writes the null that stands for all keys
   * @param isRedirected a subscriber takes it in RESP2, too, as a message
   * @param keys null for all of them
   * @returns null when the session can't take it
   */
  invalidation(
    session: Session,
    protocol: number,
    isRedirected: boolean,
    keys: readonly string[] | null,
  ): Reply | null {
    const message = this.#begin(session);
    if (session.resp > 2) {
      message.push(2);
      message.bulkLatin1('invalidate');
    } else if (isRedirected && (session.states & SUBSCRIBED) !== 0) {
      message.push(3);
      message.bulkLatin1('message');
      message.bulkLatin1(CHANNEL);
    } else {
      return null;
    }
    if (keys === null) {
      message.resp = protocol;
      message.null();
      return message;
    }
    message.array(keys.length);
    for (const key of keys) message.bulkLatin1(key);
    return message;
  }

  /** The client that the session's messages should go to is gone. */
  redirectBroken(session: Session, redirect: number): Reply | null {
    if (session.resp === 2) return null;
    const message = this.#begin(session);
    message.push(2);
    message.bulkLatin1('tracking-redir-broken');
    message.integer(redirect);
    return message;
  }

  #begin(session: Session): Reply {
    this.#message.reset();
    this.#message.resp = session.resp;
    return this.#message;
  }
}
