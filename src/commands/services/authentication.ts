/**
 * Who clients are: users and their passwords.
 */
import type { Client } from './client.js';

export const DEFAULT_USER_NAME = 'default';

export interface Authentication {
  /** The default user needs no password. */
  readonly isOpen: boolean;
  hasUser(name: string): boolean;
  /**
   * @param password each character one byte
   * @param asking the command's name, as the client wrote it: ACL LOG shows it of those refused
   * @returns false when they don't match: then the client is who it was
   */
  authenticate(client: Client, userName: string, password: string, asking: string): boolean;
}
