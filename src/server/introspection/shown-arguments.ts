/** The arguments of a request as people see them: in the slow log and in MONITOR. */
import type { Argv } from '../../commands/argv.js';

/** Shown in place of an argument that must stay secret, such as a password. */
const REDACTED = '(redacted)';

const ARGUMENT_COUNT_MAX = 32;
const ARGUMENT_BYTES_MAX = 128;

/** @param redacted indexes of secret arguments */
export function argumentText(argv: Argv, index: number, redacted: readonly number[]): string {
  return redacted.includes(index) ? REDACTED : argv.latin1(index);
}

/** The slow log's form: long arguments cut, many left out; both said so. */
export function abridged(argv: Argv, redacted: readonly number[]): string[] {
  const { count } = argv;
  const shown = count > ARGUMENT_COUNT_MAX ? ARGUMENT_COUNT_MAX - 1 : count;
  const texts = Array.from({ length: shown }, (_, index) => cut(argumentText(argv, index, redacted)));
  if (shown < count) texts.push(`... (${count - shown} more arguments)`);
  return texts;
}

function cut(text: string): string {
  const excess = text.length - ARGUMENT_BYTES_MAX;
  return excess > 0 ? `${text.slice(0, ARGUMENT_BYTES_MAX)}... (${excess} more bytes)` : text;
}
