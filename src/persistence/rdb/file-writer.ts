/**
 * Writes an RDB file, piece by piece, as bytes: it knows no file.
 *
 *     | REDIS0010 | aux fields | functions | for each database: SELECTDB, RESIZEDB, keys | EOF | CRC-64 8 |
 *     key: | EXPIRETIME_MS time 8 |? | IDLE seconds | FREQ counter |? | type | key | value |
 *
 * SELECTDB may come at any place and stand before any key, so that a snapshot can put in the keys that are
 * about to change.
 */
import { assert } from '../../base/assert.js';
import type { AccessClock } from '../../engine/access-clock.js';
import { clockOf } from '../../engine/entry.js';
import type { Moment } from '../../engine/moment.js';
import type { LargeEntry } from '../../engine/snapshot.js';
import type { Collections } from '../../engine/types/data-types.js';
import type { Frozen } from '../../engine/types/frozen.js';
import { RunningCrc64 } from './crc64.js';
import {
  MAGIC,
  OPCODE_AUX,
  OPCODE_END,
  OPCODE_EXPIRE_MS,
  OPCODE_FREQUENCY,
  OPCODE_FUNCTION_2,
  OPCODE_IDLE,
  OPCODE_RESIZE_DB,
  OPCODE_SELECT_DB,
  VERSION_DIGITS,
  VERSION_WRITTEN,
} from './format.js';
import { beginKeyAndValue, type Pieces, saveKeyAndValue, type ValuePieces } from './save-value.js';
import { RdbWriter } from './writer.js';

/**
 * Bytes are handed over in pieces of this size, so that no entry has to wait for much more than its own: a piece's checksum
 * takes 0.2 ms, and the first one, before it is compiled, 2 ms.
 */
const PIECE_BYTES = 64 * 1024;

const NO_DATABASE = -1;

export interface FileWriterOptions {
  /** `rdbcompression`. */
  readonly compresses: boolean;
  /** `rdbchecksum`: without, the checksum is 0, which no reader looks at. */
  readonly checksums: boolean;
  /** What keys' use is kept as, when the eviction policy goes by it. */
  readonly use: 'none' | 'idle' | 'frequency';
  readonly accessClock: AccessClock;
}

export class RdbFileWriter {
  readonly #collections: Collections;
  readonly #options: FileWriterOptions;
  readonly #emit: (piece: Buffer) => void;
  #writer: RdbWriter;
  /** So much of what stands in the writer was handed over. */
  #emittedBytes = 0;
  readonly #checksum = new RunningCrc64();
  #database = NO_DATABASE;
  /** A large value is being written. */
  #isOpen = false;
  /** Entries that come while it is: they stand behind it. */
  #aside: RdbWriter;

  /** @param emit is given each piece, whose bytes are overwritten when it has returned */
  constructor(collections: Collections, options: FileWriterOptions, emit: (piece: Buffer) => void) {
    this.#collections = collections;
    this.#options = options;
    this.#emit = emit;
    this.#writer = new RdbWriter(options.compresses);
    this.#aside = new RdbWriter(options.compresses);
  }

  header(): void {
    const magic = Buffer.from(`${MAGIC}${String(VERSION_WRITTEN).padStart(VERSION_DIGITS, '0')}`);
    this.#writer.raw(magic, 0, magic.length);
  }

  /** Something to know about the file: readers pass over what they don't know. Text of one byte a character. */
  aux(name: string, value: string | number): void {
    this.#writer.byte(OPCODE_AUX);
    this.#writer.text(name);
    this.#writer.text(String(value));
  }

  functionLibrary(source: Buffer): void {
    this.#writer.byte(OPCODE_FUNCTION_2);
    this.#writer.string(source, 0, source.length);
  }

  /** The keys of a database begin. The numbers are for readers to make room by. */
  database(id: number, size: number, expiring: number): void {
    this.#select(id, this.#writer);
    this.#writer.byte(OPCODE_RESIZE_DB);
    this.#writer.count(size);
    this.#writer.count(expiring);
  }

  /** @param atMs when it expires; -1: never */
  entry(databaseId: number, ref: number, atMs: Moment): void {
    const writer = this.#isOpen ? this.#aside : this.#writer;
    if (databaseId !== this.#database) this.#select(databaseId, writer);
    this.#beginEntry(ref, atMs, writer);
    saveKeyAndValue(this.#collections, ref, writer);
    this.#emitIfEnough();
  }

  /**
   * As `entry`, of a large value, which is written in pieces, to the end of one before the next one begins. Entries may
   * be written in between, and stand behind it.
   * @param collections nobody else may use them until it is at its end, unless it is frozen
   * @param frozen its elements; null: it must not change before it is at its end
   * @returns null when it isn't large: then nothing was written
   */
  begin(
    databaseId: number,
    ref: number,
    atMs: Moment,
    frozen: Frozen | null,
    collections: Collections,
  ): LargeEntry | null {
    const head = new RdbWriter(this.#options.compresses);
    this.#beginEntry(ref, atMs, head);
    const pieces = beginKeyAndValue(collections, ref, frozen, head);
    if (pieces === null) return null;
    let rest: Pieces | null = null;
    return {
      proceed: () => {
        rest ??= this.#open(databaseId, head, pieces);
        const isWhole = rest.next().done === true;
        if (isWhole) {
          this.#isOpen = false;
          this.#joinAside();
        }
        this.#emitIfEnough();
        return isWhole;
      },
    };
  }

  #open(databaseId: number, head: RdbWriter, pieces: ValuePieces): Pieces {
    assert(!this.#isOpen, 'one large value at a time');
    this.#isOpen = true;
    if (databaseId !== this.#database) this.#select(databaseId, this.#writer);
    this.#writer.raw(head.bytes, 0, head.length);
    return pieces(this.#writer);
  }

  #beginEntry(ref: number, atMs: Moment, writer: RdbWriter): void {
    if (atMs >= 0) {
      writer.byte(OPCODE_EXPIRE_MS);
      writer.moment(atMs);
    }
    this.#use(ref, writer);
  }

  end(): void {
    this.#writer.byte(OPCODE_END);
    while (this.#writer.length > 0) this.#emitPiece();
    const { checksums } = this.#options;
    const { high, low } = this.#checksum;
    const footer = Buffer.alloc(8);
    if (checksums) {
      footer.writeUInt32LE(low, 0);
      footer.writeUInt32LE(high, 4);
    }
    this.#emit(footer);
  }

  #select(id: number, writer: RdbWriter): void {
    this.#database = id;
    writer.byte(OPCODE_SELECT_DB);
    writer.count(id);
  }

  #use(ref: number, writer: RdbWriter): void {
    const { use, accessClock } = this.#options;
    if (use === 'none') return;
    const clock = clockOf(this.#collections.arena, ref);
    if (use === 'idle') {
      writer.byte(OPCODE_IDLE);
      writer.count(Math.floor(accessClock.idleMs(clock) / 1000));
    } else {
      writer.byte(OPCODE_FREQUENCY);
      writer.byte(accessClock.frequency(clock));
    }
  }

  /** What stands aside may be much: it is not copied behind the large value, but the end of that goes before it. */
  #joinAside(): void {
    const aside = this.#aside;
    if (aside.length === 0) return;
    while (this.#writer.length > 0) this.#emitPiece();
    this.#aside = this.#writer;
    this.#writer = aside;
  }

  /** One piece at a time: there may be many when much was written aside. */
  #emitIfEnough(): void {
    if (this.#writer.length - this.#emittedBytes >= PIECE_BYTES) this.#emitPiece();
  }

  #emitPiece(): void {
    const writer = this.#writer;
    const start = this.#emittedBytes;
    const end = Math.min(start + PIECE_BYTES, writer.length);
    if (this.#options.checksums) this.#checksum.update(writer.bytes, start, end);
    this.#emit(writer.bytes.subarray(start, end));
    this.#emittedBytes = end;
    // The bytes left are moved only when they are fewer than those that went.
    const leftBytes = writer.length - end;
    if (leftBytes > end) return;
    writer.bytes.copyWithin(0, end, writer.length);
    writer.length = leftBytes;
    this.#emittedBytes = 0;
  }
}
