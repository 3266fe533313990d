/**
 * The words behind a program's name, and the environment, read strictly: what is not understood is refused with a
 * sentence that says which word it was. Options may have one dash or two.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The program was called wrongly: it says so and does not start. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError for an unknown option, or a value too many or too few */
export function readArguments<O extends Options>(words: readonly string[], options: O) {
  const args = words.map((word) => (/^-[a-z]{2}/i.test(word) ? `-${word}` : word));
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's refusals have a code and a sentence, behind which they recommend things.
    if (!(error instanceof TypeError && 'code' in error)) throw error;
    throw new UsageError(error.message.split(/\.\s|\n/, 1)[0]);
  }
}

/** @throws UsageError when `text` is not a whole number in [low, high] */
export function integerIn(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(`${name}: '${text}' is not a whole number from ${low} to ${high}`);
  }
  return value;
}

/** @throws UsageError when there is a word that nothing was expected of */
export function refuseMore(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`unexpected '${positionals[0]}'`);
}

/** The word, else the environment's, else the usual: with the name to refuse it by. */
export function chosen(
  name: string,
  word: string | undefined,
  variable: string,
  environment: Environment,
  usual: string,
): { readonly name: string; readonly text: string } {
  const inherited = environment[variable];
  if (word !== undefined) return { name, text: word };
  if (inherited !== undefined && inherited !== '') return { name: variable, text: inherited };
  return { name, text: usual };
}
