/** Client-side caching in broadcast mode: changed keys gather for each prefix until the batch is over. */
import type { Session } from '../session.js';

class Prefix {
  readonly sessions = new Set<Session>();
  /** Changed keys, and who changed each last; null when nobody did. */
  readonly changed = new Map<string, Session | null>();
}

export class Broadcasts {
  readonly #prefixes = new Map<string, Prefix>();
  readonly #send: (session: Session, keys: readonly string[]) => void;
  #hasChanges = false;

  constructor(send: (session: Session, keys: readonly string[]) => void) {
    this.#send = send;
  }

  get prefixCount(): number {
    return this.#prefixes.size;
  }

  add(session: Session, prefixes: readonly string[]): void {
    for (const name of prefixes) {
      let prefix = this.#prefixes.get(name);
      if (prefix === undefined) {
        prefix = new Prefix();
        this.#prefixes.set(name, prefix);
      }
      prefix.sessions.add(session);
    }
  }

  remove(session: Session, prefixes: readonly string[]): void {
    for (const name of prefixes) {
      const prefix = this.#prefixes.get(name);
      prefix?.sessions.delete(session);
      if (prefix?.sessions.size === 0) this.#prefixes.delete(name);
    }
  }

  changed(key: string, author: Session | null): void {
    for (const [name, prefix] of this.#prefixes) {
      if (!key.startsWith(name)) continue;
      prefix.changed.set(key, author);
      this.#hasChanges = true;
    }
  }

  send(): void {
    if (!this.#hasChanges) return;
    this.#hasChanges = false;
    const byName = [...this.#prefixes].sort(([name], [other]) => (name < other ? -1 : 1));
    for (const [, { changed, sessions }] of byName) {
      if (changed.size === 0) continue;
      // In the order of their bytes, as Redis has them.
      const keys = [...changed.keys()].sort();
      for (const session of sessions) {
        const wanted = session.tracking?.skipsOwn ? keys.filter((key) => changed.get(key) !== session) : keys;
        if (wanted.length > 0) this.#send(session, wanted);
      }
      changed.clear();
    }
  }
}
