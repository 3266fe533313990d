/** The environment, the files and standard input behind a configuration. Text is latin1: each character one byte. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

const WILDCARDS = /[*?[]/;

/** A path with wildcards stands for the files that match, in order, and perhaps for none. */
function readIncluded(path: string): string[] {
  return WILDCARDS.test(path) ? pathsMatching(path).map(read) : [read(path)];
}

/** As glob(3): wildcards may be in any part. */
function pathsMatching(path: string): string[] {
  const isAbsolute = path.startsWith('/');
  let found = [isAbsolute ? '/' : ''];
  for (const part of path.split('/').filter((each) => each !== '')) {
    found = found.flatMap((folder) => {
      if (!WILDCARDS.test(part)) return [join(folder, part)];
      return namesIn(folder)
        .filter((name) => matches(part, name))
        .map((name) => join(folder, name));
    });
  }
  return found.filter((each) => existsSync(fileName(each)));
}

function matches(wildcards: string, name: string): boolean {
  const pattern = Buffer.from(wildcards, 'latin1');
  const text = Buffer.from(name, 'latin1');
  return !name.startsWith('.') && globMatches(pattern, 0, pattern.length, text, 0, text.length);
}

/** None of what is no folder, isn't there or can't be read: nothing in it matches. */
function namesIn(folder: string): string[] {
  const path = fileName(folder === '' ? '.' : folder);
  try {
    return readdirSync(path, 'latin1').sort();
  } catch {
    return [];
  }
}

/** The bytes of a path as the text that the file system's functions take. */
function fileName(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
