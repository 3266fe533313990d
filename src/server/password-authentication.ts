/**
 * One user, `default`, who needs the password of `requirepass` or none.
 *
 * Only digests are kept and compared, so that neither memory nor time tells a password.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Authentication, DEFAULT_USER_NAME } from '../commands/services/authentication.js';
import type { Client } from '../commands/services/client.js';

export class PasswordAuthentication implements Authentication {
  #digest: Buffer | null = null;

  get isOpen(): boolean {
    return this.#digest === null;
  }

  /** `requirepass`: each character one byte; empty for none. Who is authenticated stays so. */
  set password(password: string) {
    this.#digest = password === '' ? null : digestOf(password);
  }

  hasUser(name: string): boolean {
    return name === DEFAULT_USER_NAME;
  }

  authenticate(client: Client, userName: string, password: string): boolean {
    if (!this.hasUser(userName)) return false;
    if (this.#digest !== null && !timingSafeEqual(this.#digest, digestOf(password))) return false;
    client.authenticatedAs(userName);
    return true;
  }

  /** Makes of a client what a fresh connection is. */
  welcome(client: Client): void {
    if (this.isOpen) client.authenticatedAs(DEFAULT_USER_NAME);
    else client.unauthenticated();
  }
}

function digestOf(password: string): Buffer {
  return createHash('sha256').update(password, 'latin1').digest();
}
