/** The environment, the files and standard input behind a configuration. Text is latin1: each character one byte. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globMatches } from '../base/glob.js';
import { Config } from '../server/config/config.js';
import { readLines } from '../server/config/read-lines.js';
import { type Environment, readEnvironment } from './environment.js';

const STDIN = 0;

/** A file of the configuration can't be read: the server doesn't start. */
export class ConfigFileUnreadable {
  constructor(
    readonly path: string,
    readonly cause: NodeJS.ErrnoException,
  ) {}
}

export interface ConfigSources {
  /** null for none. */
  readonly file: string | null;
  readonly readsStdin: boolean;
  /** Come last. */
  readonly lines: string;
}

/** @throws EnvironmentMistake, ConfigLineError, ConfigFileUnreadable */
export function readConfig({ file, readsStdin, lines }: ConfigSources, environment: Environment): Config {
  const config = new Config();
  readEnvironment(config, environment);
  const parts: string[] = [];
  if (file !== null) {
    config.file = resolve(fileName(file));
    parts.push(read(file));
  }
  if (readsStdin) parts.push(readFileSync(STDIN, 'latin1'));
  // Line numbers in refusals count as Redis': what comes behind the file begins a line of its own.
  readLines(config, `${parts.join('\n')}\n${lines}`, readIncluded);
  return config;
}

function read(path: string): string {
  try {
    return readFileSync(fileName(path), 'latin1');
  } catch (error) {
    throw new ConfigFileUnreadable(fileName(path), error as NodeJS.ErrnoException);
  }
}

/** A path with wildcards in its last part stands for the files that match, in order, and perhaps for none. */
function readIncluded(path: string): string[] {
  if (!/[*?[]/.test(path)) return [read(path)];
  const folder = dirname(path);
  const pattern = Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1');
  return namesIn(folder)
    .filter((name) => {
      const text = Buffer.from(name, 'latin1');
      return !name.startsWith('.') && globMatches(pattern, 0, pattern.length, text, 0, text.length);
    })
    .map((name) => read(join(folder, name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(fileName(folder), 'latin1').sort();
  } catch (error) {
    throw new ConfigFileUnreadable(fileName(folder), error as NodeJS.ErrnoException);
  }
}

/** The bytes of a path as the text that the file system's functions take. */
function fileName(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
