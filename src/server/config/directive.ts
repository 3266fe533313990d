/**
 * What a directive is: how its arguments are read, kept, shown and written back. Each kind of value has
 * a maker in `kinds/`, each family of directives a file in `families/`, and `table.ts` has them all.
 *
 * Text is kept as it came, each character one byte ("latin1"): passwords and paths need not be UTF-8.
 *
 * Names, defaults, limits and messages: redis.conf and redis.io/docs/management/config of Redis 7.2.
 */
import { quoteArgument } from './arguments.js';

/** Only before the start: CONFIG SET refuses it. */
export const IMMUTABLE = 1 << 0;
/** Takes any number of arguments; CONFIG SET splits its one argument at spaces. */
export const MULTIPLE = 1 << 1;
/** Never shown in SLOWLOG, MONITOR or logs. */
export const SENSITIVE = 1 << 2;
/** CONFIG SET needs `enable-protected-configs`. */
export const PROTECTED = 1 << 3;
/** CONFIG GET shows it when its whole name is asked for, and not for a pattern. */
export const HIDDEN = 1 << 4;

/** Lines of a file or the command line alone: CONFIG doesn't know it. */
export const FILE_ONLY = 1 << 5;

/** CONFIG REWRITE writes it even at its default. */
export const ALWAYS_WRITTEN = 1 << 6;

export interface Directive<T> {
  readonly flags: number;
  /** Its older names. */
  readonly aliases: readonly string[];
  /** The value when nothing is configured. */
  readonly initial: T;
  /**
   * @param args exactly one unless the directive is MULTIPLE
   * @param before the value so far, for directives that change a part of it
   * @param isRepeated the same file named it before: directives of several lines add to `before`
   * @throws ConfigMistake
   */
  parse(args: readonly string[], before: T, isRepeated: boolean): T;
  /** As CONFIG GET shows it. */
  format(value: T): string;
  /** What CONFIG REWRITE writes behind the name, a line each; no line when there is nothing to say. */
  lines(value: T): readonly string[];
}

/** What every maker of directives takes besides the value's own limits. */
export interface Traits {
  readonly flags?: number;
  readonly aliases?: readonly string[];
}

/** The part of a directive that most kinds share: one argument, written back as it is shown. */
export function singleValue<T>(
  initial: T,
  traits: Traits,
  parseText: (text: string) => T,
  format: (value: T) => string,
): Directive<T> {
  return {
    flags: traits.flags ?? 0,
    aliases: traits.aliases ?? [],
    initial,
    parse: ([text]) => parseText(text),
    format,
    lines: (value) => [format(value)],
  };
}

/** As one line of quoted words, or none when there are no words. */
export function quotedLine(words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [words.map(quoteArgument).join(' ')];
}
