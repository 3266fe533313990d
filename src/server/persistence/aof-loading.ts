/**
 * Reads the files of an append-only file, one after the other, a window at a time. A file may begin with RDB. The last
 * one may end in the middle of a command, as after a power cut: then the rest is cut off, where that is allowed.
 */
import type { Clock } from '../../base/clock.js';
import { Argv } from '../../commands/argv.js';
import { BadCommand, CommandReader } from '../../persistence/aof/command-reader.js';
import type { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import { NOTICE, WARNING } from '../log-levels.js';
import { type AofReplay, UnknownCommand } from './aof-replay.js';
import type { Disk, SourceFile } from './disk.js';
import type { Loading } from './loading.js';

/** About 2 ms of work. */
const WINDOW_BYTES_MAX = 256 * 1024;
const RDB_MAGIC = Buffer.from('REDIS');

const HOW_TO_FIX = 'make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>';

/** The data can't be read: the server doesn't start. */
class UnusableFile extends Error {}

export interface AofLoadingHost {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly replay: AofReplay;
  /** `aof-load-truncated`. */
  readonly mayTruncate: boolean;
  /** `loading-process-events-interval-bytes`: a step takes no more. */
  readonly stepBytes: number;
  makeRdbLoader(): RdbFileLoader;
  log(level: number, message: string): void;
}

export interface LoadedFile {
  readonly name: string;
  readonly path: string;
  readonly kind: 'base' | 'incr';
}

export class AofLoading implements Loading {
  readonly totalBytes: number;
  loadedBytes = 0;

  readonly #host: AofLoadingHost;
  readonly #files: readonly LoadedFile[];
  readonly #argv = new Argv();
  #index = -1;
  #source: SourceFile | null = null;
  /** Null once the commands begin. */
  #rdb: RdbFileLoader | null = null;
  #reader = new CommandReader(this.#argv);
  #window: Buffer;
  /** What of the window is still to be looked at. */
  #start = 0;
  #end = 0;
  /** Of the window's `#start`, in the file. */
  #offset = 0;
  /** Everything up to here in the file is whole. */
  #validBytes = 0;

  /** Monotonic clock. */
  readonly #startedUs: number;
  #fileStartedUs = 0;

  /** @throws UnusableFile when one of the files isn't there */
  constructor(host: AofLoadingHost, files: readonly LoadedFile[]) {
    this.#host = host;
    this.#startedUs = host.clock.monotonicUs();
    this.#window = Buffer.from(new ArrayBuffer(Math.min(WINDOW_BYTES_MAX, host.stepBytes)));
    this.#files = files;
    this.totalBytes = files.reduce((sum, file) => sum + this.#sizeOf(file), 0);
  }

  step(): boolean {
    if (this.#source === null && !this.#openNext()) {
      this.#tellLoaded('DB loaded from append only file', this.#startedUs);
      return true;
    }
    const isAtEnd = this.#fill() === 0;
    try {
      this.#host.replay.during(() => this.#take());
    } catch (error) {
      throw this.#explained(error);
    }
    if (!isAtEnd) return false;
    const { kind, name } = this.#file;
    const isEmpty = this.#offset === 0;
    this.#endFile();
    if (!isEmpty) this.#tellLoaded(`DB loaded from ${kind} file ${name}`, this.#fileStartedUs);
    return false;
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
  }

  get #file(): LoadedFile {
    return this.#files[this.#index];
  }

  #sizeOf({ path, name }: LoadedFile): number {
    const source = this.#host.disk.open(path);
    if (source === null) throw new UnusableFile(`Can't open the append-only file ${name}: it isn't there`);
    const { sizeBytes } = source;
    source.close();
    return sizeBytes;
  }

  /** @returns false when there is no further file */
  #openNext(): boolean {
    if (this.#index + 1 === this.#files.length) return false;
    this.#index++;
    this.#fileStartedUs = this.#host.clock.monotonicUs();
    this.#source = this.#host.disk.open(this.#file.path);
    if (this.#source === null) throw new UnusableFile(`Can't open the append-only file ${this.#file.name}`);
    this.#host.replay.beginFile();
    this.#reader = new CommandReader(this.#argv);
    this.#start = 0;
    this.#end = 0;
    this.#offset = 0;
    this.#validBytes = 0;
    this.#fill();
    const isRdb = this.#window.subarray(this.#start, this.#end).indexOf(RDB_MAGIC) === 0;
    this.#rdb = isRdb ? this.#host.makeRdbLoader() : null;
    return true;
  }

  /** Reads on, as far as the window goes; it grows when nothing of what is in it could be taken. @returns bytes read */
  #fill(): number {
    this.#window.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const wanted = this.#rdb?.wantedBytes ?? this.#reader.wantedBytes;
    if (wanted > this.#window.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(wanted, this.#window.length * 2)));
      this.#window.copy(larger, 0, 0, this.#end);
      this.#window = larger;
    }
    if (this.#end === this.#window.length) return this.#end;
    const count = this.#source?.read(this.#window, this.#end) ?? 0;
    this.#end += count;
    return count;
  }

  #take(): void {
    if (this.#rdb !== null) {
      const taken = this.#rdb.take(this.#window, this.#start, this.#end);
      this.#advance(taken);
      if (!this.#rdb.isFinished) return;
      this.#rdb = null;
      this.#validBytes = this.#offset;
    }
    const { replay } = this.#host;
    while (this.#start < this.#end) {
      const next = this.#reader.read(this.#window, this.#start, this.#end);
      if (next < 0) return;
      if (this.#argv.count > 0) replay.run(this.#argv);
      this.#advance(next);
      if (!replay.isInTransaction) this.#validBytes = this.#offset;
    }
  }

  #tellLoaded(what: string, startedUs: number): void {
    const { clock, log } = this.#host;
    log(NOTICE, `${what}: ${((clock.monotonicUs() - startedUs) / 1_000_000).toFixed(3)} seconds`);
  }

  #advance(to: number): void {
    const count = to - this.#start;
    this.#start = to;
    this.#offset += count;
    this.loadedBytes += count;
  }

  /** There is nothing more to read: what is left is half a command. */
  #endFile(): void {
    const { path, name } = this.#file;
    if (this.#rdb !== null) throw this.#explained(new BadFormat('unexpected end of file'));
    this.close();
    if (this.#start === this.#end && !this.#host.replay.isInTransaction) return;
    const { log, mayTruncate, disk } = this.#host;
    if (this.#index + 1 < this.#files.length) {
      throw new UnusableFile(`Fatal error: the truncated file ${name} is not the last file`);
    }
    if (!mayTruncate) {
      throw new UnusableFile(
        `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.`,
      );
    }
    log(WARNING, `!!! Warning: short read while loading the AOF file ${name}!!!`);
    log(WARNING, `!!! Truncating the AOF ${name} at offset ${this.#validBytes} !!!`);
    const file = disk.append(path, false);
    file.truncate(this.#validBytes);
    file.sync();
    file.close();
    log(WARNING, `AOF ${name} loaded anyway because aof-load-truncated is enabled`);
  }

  #explained(error: unknown): unknown {
    const { name } = this.#file;
    if (error instanceof UnknownCommand) {
      return new UnusableFile(`${error.message} reading the append only file ${name}`);
    }
    if (error instanceof BadCommand) {
      return new UnusableFile(`Bad file format reading the append only file ${name}: ${HOW_TO_FIX}`);
    }
    if (error instanceof BadFormat) {
      return new UnusableFile(
        `Error reading the RDB preamble of the AOF file ${name}, AOF loading aborted: ${error.message}`,
      );
    }
    return error;
  }
}
