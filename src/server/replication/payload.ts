/**
 * A snapshot as a master sends it: `$<length>` or `$EOF:<40 characters>`, then the RDB file, then in the second case
 * those characters again. Bytes go straight into a loader; a window keeps what it can't take yet.
 */
import type { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import { BadFormat } from '../../persistence/rdb/reader.js';

const UNKNOWN = -1;

/** What comes: its length, or -1 and the mark that ends it. */
export interface Announcement {
  readonly totalBytes: number;
  readonly endMark: string;
}

/** @param line without its end @throws BadFormat */
export function announcementOf(line: string): Announcement {
  const marked = /^\$EOF:(.{40})$/.exec(line);
  const length = /^\$(\d+)$/.exec(line);
  if (marked === null && length === null) throw new BadFormat(`no snapshot follows '${line}'`);
  return { totalBytes: length === null ? UNKNOWN : Number(length[1]), endMark: marked?.[1] ?? '' };
}

export class Payload {
  /** Of the file; -1 when it isn't known. */
  readonly totalBytes: number;
  readonly #endMark: string;
  readonly #loader: RdbFileLoader;
  #chunks: Buffer[] = [];
  #length = 0;

  /** @param line that announces it, without its end @throws BadFormat */
  constructor(line: string, loader: RdbFileLoader) {
    this.#loader = loader;
    const { totalBytes, endMark } = announcementOf(line);
    this.#endMark = endMark;
    this.totalBytes = totalBytes;
  }

  get loadedBytes(): number {
    return this.#loader.offset;
  }

  /**
   * @returns the bytes behind the snapshot, or null while it isn't whole
   * @throws BadFormat
   */
  take(bytes: Buffer): Buffer | null {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    const loader = this.#loader;
    // Joined once there is enough, so that a large value isn't copied with each packet. What the loader wants is more
    // than it needs, and may be more than will ever come.
    if (!loader.isFinished && this.#length < loader.wantedBytes && !this.#isAllThere()) return null;
    let window = this.#chunks.length === 1 ? bytes : Buffer.concat(this.#chunks);
    if (!loader.isFinished) window = window.subarray(loader.take(window, 0, window.length));
    this.#chunks = [window];
    this.#length = window.length;
    if (!loader.isFinished) return null;
    if (this.totalBytes !== UNKNOWN && loader.offset !== this.totalBytes) {
      throw new BadFormat('the snapshot has another length than announced');
    }
    if (window.length < this.#endMark.length) return null;
    const mark = window.toString('latin1', 0, this.#endMark.length);
    if (mark !== this.#endMark) throw new BadFormat('the snapshot does not end as announced');
    return window.subarray(this.#endMark.length);
  }

  /** Nothing follows a mark before we ask for it, so it ends what has come. */
  #isAllThere(): boolean {
    if (this.totalBytes !== UNKNOWN) return this.#loader.offset + this.#length >= this.totalBytes;
    let tail = Buffer.alloc(0);
    for (let index = this.#chunks.length - 1; index >= 0 && tail.length < this.#endMark.length; index--) {
      tail = Buffer.concat([this.#chunks[index].subarray(-this.#endMark.length), tail]);
    }
    return tail.toString('latin1').endsWith(this.#endMark);
  }
}
