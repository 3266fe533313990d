/**
 * The words of user definitions: selectors that blanks took apart, and the lines of an ACL file. Text is latin1.
 *
 * Source: redis.io/docs/management/security/acl, "Use an external ACL file".
 */
import { type AclRules, hasSpaces, RuleMistake, UNKNOWN_NAME, untilZero } from './rules.js';
import type { User } from './user.js';

/** Words that may stand for rules: one that opens a selector takes in those up to the one that closes it. */
export type MergedRules =
  | { readonly rules: readonly string[] }
  /** Index of the word that opens a selector nobody closes. */
  | { readonly unmatched: number };

export function mergeSelectors(words: readonly string[]): MergedRules {
  const rules: string[] = [];
  let opened = -1;
  for (const [index, word] of words.entries()) {
    if (word.startsWith('(') && !word.endsWith(')')) {
      // Redis forgets about one that was open before.
      opened = index;
    } else if (opened < 0) {
      rules.push(word);
    } else if (word.endsWith(')')) {
      rules.push([words[opened], ...words.slice(opened + 1, index + 1).map(untilZero)].join(' '));
      opened = -1;
    }
  }
  return opened < 0 ? { rules } : { unmatched: opened };
}

export interface AclFile {
  /** By name. */
  readonly users: ReadonlyMap<string, User>;
  /** In Redis' words, one after another; empty when the file is right. */
  readonly errors: string;
}

/** @param path as configured, for the errors */
export function parseAclFile(text: string, path: string, rules: AclRules): AclFile {
  const users = new Map<string, User>();
  let errors = '';
  for (const [index, untrimmed] of text.split('\n').entries()) {
    const line = trim(untrimmed, ' \t\r\n');
    if (line !== '') errors += parseLine(line.split(' '), `${path}:${index + 1}`, users, rules, index + 1);
  }
  return { users, errors };
}

/** @returns what is wrong with the line */
function parseLine(
  [keyword, name, ...words]: readonly string[],
  place: string,
  users: Map<string, User>,
  rules: AclRules,
  lineNumber: number,
): string {
  if (keyword !== 'user' || name === undefined) {
    return `${place} should start with user keyword followed by the username. `;
  }
  if (hasSpaces(name)) return `'${place}: username '${name}' contains invalid characters. `;
  if (users.has(name)) return `WARNING: Duplicate user '${name}' found on line ${lineNumber}. `;
  const user = rules.createUser(name);
  users.set(name, user);
  const merged = mergeSelectors(words);
  if ('unmatched' in merged) return `${place}: Unmatched parenthesis in selector definition.`;
  return applyAll(user, merged.rules, place, rules);
}

/** Of unknown names all are told, of other mistakes the first: what follows may only follow from it. */
function applyAll(user: User, words: readonly string[], place: string, rules: AclRules): string {
  let errors = '';
  let hasMistake = false;
  for (const untrimmed of words) {
    const rule = trim(untrimmed, '\t\r\n');
    try {
      rules.apply(user, rule);
    } catch (thrown) {
      if (!(thrown instanceof RuleMistake)) throw thrown;
      if (thrown === UNKNOWN_NAME) {
        errors += `${place}: Error in applying operation '${rule}': ${thrown.reason}. `;
      } else if (!hasMistake) {
        errors += `${place}: ${thrown.reason}. `;
        hasMistake = true;
      }
    }
  }
  return errors;
}

function trim(text: string, characters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text[start])) start++;
  while (end > start && characters.includes(text[end - 1])) end--;
  return text.slice(start, end);
}
