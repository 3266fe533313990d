/** The ACL file: read at the start and by ACL LOAD, written by ACL SAVE. */
import { readFileSync } from 'node:fs';
import { ReplyError } from '../../protocol/reply-error.js';
import { replaceFile } from '../replace-file.js';
import { type AclFile, parseAclFile } from './acl-file.js';
import type { AclRules } from './rules.js';
import type { User } from './user.js';

const NO_FILE = new ReplyError(
  'ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.',
);
const NOT_SAVED = new ReplyError(
  'ERR There was an error trying to save the ACLs. Please check the server logs for more information',
);
const UNCHANGED = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed';

/** The C library's words for what Node tells in its own. */
const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOTDIR: 'Not a directory',
};

export class AclStore {
  /** `aclfile`; empty for none. */
  path = '';

  readonly #rules: AclRules;

  constructor(rules: AclRules) {
    this.#rules = rules;
  }

  /**
   * The users that the file defines. Text is latin1.
   * @returns what is wrong with it, if anything is
   */
  read(): AclFile {
    let text: string;
    try {
      text = readFileSync(fileName(this.path), 'latin1');
    } catch (error) {
      const errors = `Error loading ACLs, opening file '${this.path}': ${systemText(error)}`;
      return { users: new Map(), errors };
    }
    const file = parseAclFile(text, this.path, this.#rules);
    return file.errors === '' ? file : { ...file, errors: file.errors + UNCHANGED };
  }

  /** @throws ReplyError */
  load(): ReadonlyMap<string, User> {
    if (this.path === '') throw NO_FILE;
    const { users, errors } = this.read();
    if (errors !== '') throw new ReplyError(`ERR ${errors}`);
    return users;
  }

  /** @param lines of all users @throws ReplyError */
  save(lines: readonly string[]): void {
    if (this.path === '') throw NO_FILE;
    try {
      replaceFile(fileName(this.path), lines.map((line) => `${line}\n`).join(''));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw NOT_SAVED;
    }
  }
}

/** The bytes of a path as the text that the file system's functions take. */
function fileName(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

function systemText(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error;
  return SYSTEM_TEXTS[String(error.code)] ?? error.message;
}
