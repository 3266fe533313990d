/**
 * The manifest of an append-only file: which files it consists of, in the order in which they are read. A base holds
 * the data of one moment, increments what happened since; history are files that nobody needs any more.
 *
 *     file appendonly.aof.2.base.rdb seq 2 type b
 *     file appendonly.aof.2.incr.aof seq 2 type i
 *
 * Source: redis.io/docs/management/persistence, "Log rewriting" of Redis 7.
 */
import { quoteArgument, splitArguments } from '../config/arguments.js';

const LINE_BYTES_MAX = 1024;
/** Redis' words, also for a line without an end. */
const LINE_TOO_LONG = 'The AOF manifest file contains too long line';
const KINDS = ['b', 'h', 'i'] as const;

export type FileKind = (typeof KINDS)[number];

export interface ManifestFile {
  readonly name: string;
  readonly sequence: number;
}

/** Text that is no manifest: the server doesn't start. */
export class BadManifest extends Error {}

export class Manifest {
  constructor(
    readonly base: ManifestFile | null,
    readonly increments: readonly ManifestFile[],
    readonly history: readonly ManifestFile[] = [],
  ) {}

  /** Where the next base's and the next increment's numbers begin. */
  get lastBaseSequence(): number {
    return this.base?.sequence ?? 0;
  }

  get lastIncrementSequence(): number {
    return this.increments.at(-1)?.sequence ?? 0;
  }

  withIncrement(file: ManifestFile): Manifest {
    return new Manifest(this.base, [...this.increments, file], this.history);
  }

  /** A base that holds everything before the increment of this number: what it replaces becomes history. */
  withBase(base: ManifestFile, firstIncrement: number): Manifest {
    const isNeeded = ({ sequence }: ManifestFile): boolean => sequence >= firstIncrement;
    const old = this.increments.filter((file) => !isNeeded(file));
    const history = [...this.history, ...(this.base === null ? [] : [this.base]), ...old];
    return new Manifest(base, this.increments.filter(isNeeded), history);
  }

  withoutHistory(): Manifest {
    return new Manifest(this.base, this.increments);
  }

  /** In the form of the file: base, history, increments. */
  toString(): string {
    const line = ({ name, sequence }: ManifestFile, kind: FileKind): string =>
      `file ${needsQuotes(name) ? quoteArgument(name) : name} seq ${sequence} type ${kind}\n`;
    return [
      ...(this.base === null ? [] : [line(this.base, 'b')]),
      ...this.history.map((file) => line(file, 'h')),
      ...this.increments.map((file) => line(file, 'i')),
    ].join('');
  }
}

const needsQuotes = (name: string): boolean => /[^!-~]|["'\\]/.test(name);

/** @throws BadManifest, in Redis' words */
export function parseManifest(text: string): Manifest {
  if (text === '') throw new BadManifest('Found an empty AOF manifest');
  // Its end is missing, and who knows what else.
  if (!text.endsWith('\n')) throw new BadManifest(LINE_TOO_LONG);
  let base: ManifestFile | null = null;
  const increments: ManifestFile[] = [];
  const history: ManifestFile[] = [];
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    if (line.startsWith('#')) continue;
    if (line.length >= LINE_BYTES_MAX) throw new BadManifest(LINE_TOO_LONG);
    try {
      const { kind, file } = parseLine(line);
      if (kind === 'h') {
        history.push(file);
      } else if (kind === 'i') {
        if (file.sequence <= (increments.at(-1)?.sequence ?? 0)) {
          throw new BadManifest('Found a non-monotonic sequence number');
        }
        increments.push(file);
      } else {
        if (base !== null) throw new BadManifest('Found duplicate base file information');
        base = file;
      }
    } catch (error) {
      if (!(error instanceof BadManifest)) throw error;
      throw new BadManifest(
        `${error.message}: reading the manifest file, at line ${index + 1} >>> '${line}'`,
      );
    }
  }
  return new Manifest(base, increments, history);
}

function parseLine(line: string): { readonly kind: FileKind; readonly file: ManifestFile } {
  const invalid = new BadManifest('Invalid AOF manifest file format');
  const words = splitArguments(line.trim());
  if (words === null || words.length < 6 || words.length % 2 !== 0) throw invalid;
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2)
    values.set(words[index].toLowerCase(), words[index + 1]);
  const name = values.get('file') ?? '';
  const sequence = Number(values.get('seq'));
  const kind = KINDS.find((known) => known === values.get('type'));
  if (name.includes('/')) throw new BadManifest("File can't be a path, just a filename");
  if (name === '' || !Number.isSafeInteger(sequence) || sequence < 1 || kind === undefined) throw invalid;
  return { kind, file: { name, sequence } };
}
