/** What is measured of a family of commands: the data they work on, and cycles of commands that leave the data as they were. */
import type { Command } from '../bulk-loader.js';

export interface CommandFamily {
  readonly name: string;
  /** Commands that make the data; none of the cycles' results depends on what other cycles did. */
  readonly fill: readonly Command[];
  /**
   * Each is what runs again and again, as text: commands apart by ` | `, words by blanks. `{dump KEY}` stands for what
   * DUMP answers for a key.
   */
  readonly cycles: readonly string[];
}

/** Words from a template for each number below `count`: `words(2, 'm*')` is `m0 m1`. */
export function words(count: number, template: string, first = 0): string {
  return Array.from({ length: count }, (_, index) => template.replaceAll('*', `${first + index}`)).join(' ');
}

const WORDS_PER_COMMAND = 2_000;

/** Commands that begin with `head` and have all the words between them; no word is torn from its pair. */
export function inPieces(head: string, allWords: string): Command[] {
  const list = allWords.split(' ');
  const commands: Command[] = [];
  for (let start = 0; start < list.length; start += WORDS_PER_COMMAND) {
    commands.push([...head.split(' '), ...list.slice(start, start + WORDS_PER_COMMAND)]);
  }
  return commands;
}

/** One command from its text. */
export function command(text: string): Command {
  return text.split(' ');
}
