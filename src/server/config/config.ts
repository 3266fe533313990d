/**
 * The live configuration of one server: a value for every directive, typed, and whoever has to be told
 * when one changes. It knows the directives and nothing of what they do: their effects are watchers.
 *
 * Code on the hot path doesn't ask here; a watcher keeps the value where it is needed.
 */
import { isDeepStrictEqual } from 'node:util';
import { globMatches } from '../../base/glob.js';
import { ReplyError } from '../../protocol/reply-error.js';
import { splitArguments } from './arguments.js';
import { FILE_ONLY, HIDDEN, IMMUTABLE, MULTIPLE, PROTECTED, SENSITIVE } from './directive.js';
import { ConfigMistake } from './mistake.js';
import {
  allNames,
  DIRECTIVE_NAMES,
  type DirectiveName,
  type DirectiveValue,
  directive,
  findDirective,
} from './table.js';

/** What may be set from code: as in a file, or as the value it stands for. */
export type Setting = string | number | boolean | readonly (string | number)[];

/** By name. One that is undefined is as one that isn't there. */
export type Settings = { readonly [Name in DirectiveName]?: SettingOf<DirectiveValue<Name>> | undefined };

/** Editors offer the words there are; any other text may come from an environment, and is checked at the start. */
type SettingOf<Value> = Value extends string
  ? Value | (string & Record<never, never>) | Exclude<Setting, string>
  : Setting;

const WRONG_COUNT = 'wrong number of arguments';

export class Config {
  readonly #values = new Map<DirectiveName, unknown>(
    DIRECTIVE_NAMES.map((name) => [name, directive(name).initial]),
  );
  readonly #watchers = new Map<DirectiveName, ((value: never) => void)[]>();
  /** Those that the reading of a file has set: a second line of the same directive may add to the first. */
  readonly #assigned = new Set<DirectiveName>();

  /** Absolute path of the file it was read from, for CONFIG REWRITE and INFO; empty when there is none. */
  file = '';

  /** @throws ConfigMistake */
  constructor(settings: Settings = {}) {
    for (const [name, setting] of Object.entries(settings)) {
      if (setting === undefined) continue;
      try {
        this.assign(name, settingArguments(name, setting));
      } catch (error) {
        if (error instanceof ConfigMistake) throw new ConfigMistake(`${name}: ${error.reason}`);
        throw error;
      }
    }
  }

  get<N extends DirectiveName>(name: N): DirectiveValue<N> {
    // The map holds under each name what its own directive parsed.
    return this.#values.get(name) as DirectiveValue<N>;
  }

  /**
   * Calls `apply` now and after each change.
   * @param apply may refuse a value with a ConfigMistake: CONFIG SET then puts the old one back
   */
  watch<N extends DirectiveName>(name: N, apply: (value: DirectiveValue<N>) => void): void {
    apply(this.get(name));
    const watchers = this.#watchers.get(name);
    if (watchers === undefined) this.#watchers.set(name, [apply]);
    else watchers.push(apply);
  }

  /**
   * Sets a directive before the start, as a line of a file does.
   * @throws ConfigMistake
   */
  assign(nameOrAlias: string, args: readonly string[]): void {
    const name = findDirective(nameOrAlias);
    if (name === undefined) throw new ConfigMistake('Bad directive or wrong number of arguments');
    const { flags, parse } = directive(name);
    if ((flags & MULTIPLE) === 0 && args.length !== 1) throw new ConfigMistake(WRONG_COUNT);
    const parts = isManyInOne(flags, args) ? (splitArguments(args[0]) ?? []) : args;
    this.#values.set(name, parse(parts, this.#values.get(name), this.#assigned.has(name)));
    this.#assigned.add(name);
  }

  /**
   * Something other than CONFIG SET has changed what a directive says: it is set, whatever its flags, and watchers are told.
   * @throws ConfigMistake
   */
  follow(name: DirectiveName, args: readonly string[]): void {
    this.assign(name, args);
    this.#tell(name);
  }

  /** As CONFIG GET shows it. */
  show(name: DirectiveName): string {
    return directive(name).format(this.#values.get(name));
  }

  /** Whether it differs from what it is when nothing is configured. */
  isChanged(name: DirectiveName): boolean {
    return this.show(name) !== directive(name).format(directive(name).initial);
  }

  /** What CONFIG REWRITE writes for it, a line each. */
  lines(name: DirectiveName): readonly string[] {
    return directive(name).lines(this.#values.get(name));
  }

  /**
   * CONFIG GET: names and values, each name once. A name without a wildcard comes back as it was asked for.
   * @param patterns globs, in any case; latin1
   */
  matching(patterns: readonly string[]): Map<string, string> {
    const found = new Map<string, string>();
    for (const pattern of patterns) {
      if (/[*?[]/.test(pattern)) this.#addMatches(pattern, found);
      else this.#addExact(pattern, found);
    }
    return found;
  }

  /**
   * CONFIG SET: all of the pairs, or none of them.
   * @param pairs names and values, latin1
   * @param allowsProtected the client may set protected directives
   * @returns puts all of them back
   * @throws ReplyError
   */
  set(pairs: readonly (readonly [string, string])[], allowsProtected = false): () => void {
    const names = this.#checkNames(pairs, allowsProtected);
    const before = names.map((name) => this.#values.get(name));
    const changed: DirectiveName[] = [];
    const putBack = (): void => {
      names.forEach((name, index) => {
        this.#values.set(name, before[index]);
      });
    };
    const tellAll = (): void => {
      for (const name of changed) this.#tell(name);
    };
    let current = '';
    try {
      for (const [index, [asked, value]] of pairs.entries()) {
        const name = names[index];
        current = asked.toLowerCase();
        if (this.#parseInto(name, value) && !changed.includes(name)) changed.push(name);
      }
      for (const name of changed) {
        current = name;
        this.#tell(name);
      }
    } catch (error) {
      putBack();
      if (!(error instanceof ConfigMistake)) throw error;
      tellAll();
      throw settingFailed(current, error.reason);
    }
    return () => {
      putBack();
      tellAll();
    };
  }

  #checkNames(pairs: readonly (readonly [string, string])[], allowsProtected: boolean): DirectiveName[] {
    const names: DirectiveName[] = [];
    const seen = new Set<string>();
    for (const [asked] of pairs) {
      const name = findDirective(asked);
      if (name === undefined || (directive(name).flags & FILE_ONLY) !== 0) {
        // As C shows it: up to the first zero byte.
        const [shown] = asked.split('\0', 1);
        throw new ReplyError(`ERR Unknown option or number of arguments for CONFIG SET - '${shown}'`);
      }
      const { flags } = directive(name);
      if ((flags & IMMUTABLE) !== 0) throw settingFailed(asked, "can't set immutable config");
      if ((flags & PROTECTED) !== 0 && !allowsProtected)
        throw settingFailed(asked, "can't set protected config");
      // A name and its alias are two, as with Redis: the last one counts.
      if (seen.has(asked.toLowerCase())) throw settingFailed(asked, 'duplicate parameter');
      seen.add(asked.toLowerCase());
      names.push(name);
    }
    return names;
  }

  /** @returns true when that made a difference */
  #parseInto(name: DirectiveName, text: string): boolean {
    const { flags, parse } = directive(name);
    const args = (flags & MULTIPLE) === 0 ? [text] : text === '' ? [] : text.split(' ');
    const before = this.#values.get(name);
    const value = parse(args, before, false);
    this.#values.set(name, value);
    // What is shown may be the same: Redis leaves classes out beside the letter A.
    return !isDeepStrictEqual(value, before);
  }

  #tell(name: DirectiveName): void {
    // A watcher stands under the name whose value's type it takes.
    for (const apply of this.#watchers.get(name) ?? []) apply(this.#values.get(name) as never);
  }

  #addExact(asked: string, found: Map<string, string>): void {
    const name = findDirective(asked);
    if (name === undefined || found.has(asked) || (directive(name).flags & FILE_ONLY) !== 0) return;
    found.set(asked, this.show(name));
  }

  #addMatches(pattern: string, found: Map<string, string>): void {
    const glob = Buffer.from(pattern, 'latin1');
    for (const [known, name] of allNames()) {
      if (found.has(known) || (directive(name).flags & (HIDDEN | FILE_ONLY)) !== 0) continue;
      const text = Buffer.from(known, 'latin1');
      if (globMatches(glob, 0, glob.length, text, 0, text.length, true)) found.set(known, this.show(name));
    }
  }
}

/** Whether what is set must not be shown in logs. @param name in any case, or an alias */
export function isSensitive(name: string): boolean {
  const found = findDirective(name);
  return found !== undefined && (directive(found).flags & SENSITIVE) !== 0;
}

export function settingFailed(name: string, reason: string): ReplyError {
  return new ReplyError(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`);
}

function settingArguments(nameOrAlias: string, setting: Setting): readonly string[] {
  if (typeof setting === 'boolean') return [setting ? 'yes' : 'no'];
  if (typeof setting === 'number') return [String(setting)];
  if (typeof setting !== 'string') return setting.map((part) => bytesOf(String(part)));
  const name = findDirective(nameOrAlias);
  const isMultiple = name !== undefined && (directive(name).flags & MULTIPLE) !== 0;
  return isMultiple && setting !== '' ? bytesOf(setting).split(' ') : [bytesOf(setting)];
}

/** Whether one quoted word may hold all arguments: `--save "900 1"`, `bind "127.0.0.1 -::1"`. */
function isManyInOne(flags: number, args: readonly string[]): boolean {
  return (flags & (MULTIPLE | FILE_ONLY)) === MULTIPLE && args.length === 1 && args[0] !== '';
}

/** Text of ours as the bytes that it is written in, one character each. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
