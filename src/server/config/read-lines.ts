/**
 * Reads the text of a configuration, a file's or the command line's, into a Config. Which bytes a path
 * stands for is the caller's to know.
 */
import { splitArguments } from './arguments.js';
import type { Config } from './config.js';
import { ConfigMistake } from './mistake.js';

/** Files may include files, and by mistake themselves. */
const INCLUDE_DEPTH_MAX = 16;

/** A line that can't be accepted: the server doesn't start. */
export class ConfigLineError {
  constructor(
    /** From 1. */
    readonly lineNumber: number,
    readonly line: string,
    readonly reason: string,
  ) {}
}

/**
 * @param text latin1
 * @param include the texts of the files that a path, perhaps with wildcards, stands for
 * @throws ConfigLineError, and what `include` throws
 */
export function readLines(
  config: Config,
  text: string,
  include: (path: string) => Iterable<string>,
  depth = 0,
): void {
  for (const [index, untrimmed] of text.split('\n').entries()) {
    const line = untrimmed.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (line === '' || line.startsWith('#')) continue;
    const args = splitArguments(line);
    if (args === null) throw new ConfigLineError(index + 1, line, 'Unbalanced quotes in configuration line');
    try {
      const [name, ...values] = args;
      if (name.toLowerCase() !== 'include' || values.length !== 1) {
        config.assign(name, values);
        continue;
      }
      if (depth === INCLUDE_DEPTH_MAX) throw new ConfigMistake('Files include each other too deeply');
      for (const included of include(values[0])) readLines(config, included, include, depth + 1);
    } catch (error) {
      if (error instanceof ConfigMistake) throw new ConfigLineError(index + 1, line, error.reason);
      throw error;
    }
  }
}
