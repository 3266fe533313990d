/**
 * The directory of an append-only file: its files' names, the manifest, and the steps by which one set of files takes
 * the place of another. The manifest is replaced as a whole, so that at every moment it names files that are whole.
 */
import type { Config } from '../config/config.js';
import { pathIn } from '../config/families/persistence.js';
import type { LoadedFile } from './aof-loading.js';
import { Manifest, type ManifestFile, parseManifest } from './aof-manifest.js';
import type { AppendedFile, Disk } from './disk.js';

const MANIFEST_SUFFIX = '.manifest';
const TEMPORARY_PREFIX = 'temp-';

export class AofFiles {
  readonly disk: Disk;
  readonly #config: Config;
  /** As it is on the disk. */
  #manifest = new Manifest(null, []);

  constructor(disk: Disk, config: Config) {
    this.disk = disk;
    this.#config = config;
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  /** Reads the manifest, if there is one. A single file of the kind before Redis 7 becomes the base. @throws BadManifest */
  open(): void {
    const text = this.#read(this.#manifestPath);
    if (text !== null) {
      this.#manifest = parseManifest(text.toString('latin1'));
      this.removeHistory();
    } else if (this.disk.has(this.#oldPath)) {
      this.#adoptOldFile();
    }
  }

  makeDirectory(): void {
    this.disk.makeDirectory(this.#directory);
  }

  /** In the order in which they are to be read. */
  get all(): readonly LoadedFile[] {
    const { base, increments } = this.#manifest;
    return [...(base === null ? [] : [base]), ...increments].map((file) => ({
      name: file.name,
      path: this.pathOf(file.name),
      kind: file === base ? 'base' : 'incr',
    }));
  }

  pathOf(name: string): string {
    return pathIn(this.#directory, name);
  }

  /** @param isRdb the base begins with RDB */
  nextBase(isRdb: boolean): ManifestFile {
    const sequence = this.#manifest.lastBaseSequence + 1;
    return { name: `${this.#name}.${sequence}.base.${isRdb ? 'rdb' : 'aof'}`, sequence };
  }

  nextIncrement(): ManifestFile {
    const sequence = this.#manifest.lastIncrementSequence + 1;
    return { name: `${this.#name}.${sequence}.incr.aof`, sequence };
  }

  /** Of all files that are to be read. */
  get totalBytes(): number {
    let bytes = 0;
    for (const { path } of this.all) {
      const source = this.disk.open(path);
      bytes += source?.sizeBytes ?? 0;
      source?.close();
    }
    return bytes;
  }

  /** Where a base is until it is whole. The name is always the same: what a killed server left is overwritten. */
  get baseDraftPath(): string {
    return this.pathOf(`${TEMPORARY_PREFIX}${this.#name}.base`);
  }

  /** The first base, written at once. @param write gives its pieces to `emit` */
  createBase(base: ManifestFile, write: (emit: (piece: Buffer) => void) => void): void {
    const draft = this.disk.draft(this.pathOf(base.name), this.baseDraftPath);
    try {
      write((piece) => draft.writeNow(piece));
      draft.completeNow();
    } catch (error) {
      draft.discard();
      throw error;
    }
    this.save(new Manifest(base, []));
  }

  /** A new, empty file, which no manifest names yet. */
  create({ name }: ManifestFile): AppendedFile {
    return this.disk.append(this.pathOf(name), true);
  }

  /** The file that grows: the last increment, or else a first one. @param tell is told which */
  openToAppend(tell: (message: string) => void): AppendedFile {
    const last = this.#manifest.increments.at(-1);
    if (last !== undefined) {
      tell(`Opening AOF incr file ${last.name} on server start`);
      return this.disk.append(this.pathOf(last.name), false);
    }
    const increment = this.nextIncrement();
    tell(`Creating AOF incr file ${increment.name} on server start`);
    const file = this.create(increment);
    this.save(this.#manifest.withIncrement(increment));
    return file;
  }

  /** Makes another manifest the one that counts. */
  save(manifest: Manifest): void {
    const draft = this.disk.draft(
      this.#manifestPath,
      this.pathOf(`${TEMPORARY_PREFIX}${this.#name}${MANIFEST_SUFFIX}`),
    );
    try {
      draft.writeNow(Buffer.from(manifest.toString(), 'latin1'));
      draft.completeNow();
    } catch (error) {
      draft.discard();
      throw error;
    }
    this.#manifest = manifest;
  }

  removeHistory(): void {
    if (this.#manifest.history.length === 0) return;
    for (const { name } of this.#manifest.history) this.disk.remove(this.pathOf(name));
    this.save(this.#manifest.withoutHistory());
  }

  get #name(): string {
    return this.#config.get('appendfilename');
  }

  get #directory(): string {
    return pathIn(this.#config.get('dir'), this.#config.get('appenddirname'));
  }

  get #manifestPath(): string {
    return this.pathOf(`${this.#name}${MANIFEST_SUFFIX}`);
  }

  /** Before Redis 7 there was one file, beside the snapshot. */
  get #oldPath(): string {
    return pathIn(this.#config.get('dir'), this.#name);
  }

  #adoptOldFile(): void {
    this.makeDirectory();
    this.save(new Manifest({ name: this.#name, sequence: 1 }, []));
    this.disk.rename(this.#oldPath, this.pathOf(this.#name));
  }

  #read(path: string): Buffer | null {
    const source = this.disk.open(path);
    if (source === null) return null;
    try {
      const bytes = Buffer.alloc(source.sizeBytes);
      for (let at = 0; at < bytes.length; ) {
        const count = source.read(bytes, at);
        if (count === 0) return bytes.subarray(0, at);
        at += count;
      }
      return bytes;
    } finally {
      source.close();
    }
  }
}
