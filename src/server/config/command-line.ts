/**
 * What the words behind the program's name mean, by redis-server's rules:
 *
 *     januskv [/path/to/redis.conf] [--directive value …]… [-]
 *
 * The directives become lines of configuration that follow the file's. A word that starts with `--`
 * begins a directive unless the one before still has no value, so values may start with `--` too.
 */
import { quoteArgument, splitArguments } from './arguments.js';

export type CommandLine =
  | { readonly action: 'version' }
  | { readonly action: 'help' }
  | {
      readonly action: 'serve';
      /** null when there is none. */
      readonly file: string | null;
      /** Lines from standard input follow the file's. */
      readonly readsStdin: boolean;
      /** Lines that follow those. */
      readonly lines: string;
    };

/** @param words without the program's own name; latin1 */
export function parseCommandLine(words: readonly string[]): CommandLine {
  if (words.length === 1) {
    if (words[0] === '-v' || words[0] === '--version') return { action: 'version' };
    if (words[0] === '-h' || words[0] === '--help') return { action: 'help' };
  }
  const file = words.length > 0 && !words[0].startsWith('-') ? words[0] : null;
  const rest = file === null ? words : words.slice(1);
  let readsStdin = false;
  const lines: string[] = [];
  /** Whether a word with `--` begins a directive here. */
  let mayBegin = true;
  for (const [index, word] of rest.entries()) {
    const isLast = index === rest.length - 1;
    if (word === '-' && ((index === 0 && file === null) || isLast)) {
      readsStdin = true;
    } else if (mayBegin && word.startsWith('--')) {
      lines.push(`${word.slice(2)} `);
      // `--port 7000` may be one word.
      mayBegin = (splitArguments(word) ?? []).length !== 1;
      if (isBareSave(word) && (isLast || rest[index + 1].startsWith('--'))) {
        // From before values could start with `--`: no save points.
        lines[lines.length - 1] += '""';
        mayBegin = true;
      }
    } else {
      if (lines.length === 0) lines.push('');
      lines[lines.length - 1] += `${quoteArgument(word)} `;
      mayBegin = true;
    }
  }
  return { action: 'serve', file, readsStdin, lines: lines.join('\n') };
}

function isBareSave(word: string): boolean {
  return word.toLowerCase() === '--save';
}
