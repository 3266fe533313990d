/**
 * What the long-running tools of the tests have in common as commands: `--help` is answered, a wrong word is refused with the
 * reason and the usage, both without a stack trace. Exit status 0 for help, 2 for a refusal.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** An argument that makes no sense; its message says which, and why. */
export class UsageError extends Error {}

/** @throws UsageError for an option that there isn't, or that lacks its value */
export function parseOptions<O extends Options, P extends boolean = false>(
  options: O,
  allowPositionals = false as P,
) {
  try {
    return parseArgs({ options, allowPositionals });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

/** A whole number from `min` on. @throws UsageError */
export function wholeNumber(option: string, text: string, min = 0): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`--${option}: '${text}' is not a whole number from ${min} on`);
}

/** Those of the choices that have this name, or all when none is asked for. @throws UsageError */
export function chosen<T>(
  option: string,
  wanted: string | undefined,
  choices: readonly T[],
  nameOf: (choice: T) => string = String,
): readonly T[] {
  if (wanted === undefined) return choices;
  const found = choices.filter((choice) => nameOf(choice) === wanted);
  if (found.length > 0) return found;
  throw new UsageError(`--${option}: '${wanted}' is not one of ${choices.map(nameOf).join(', ')}`);
}

/** @param run gives the exit status; what it throws but a UsageError is a bug, and shown as one */
export async function runTool(usage: string, run: () => number | Promise<number>): Promise<void> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  }
}
