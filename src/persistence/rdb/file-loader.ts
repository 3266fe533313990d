/**
 * Reads an RDB file, piece by piece, from bytes: it knows no file. What it finds goes into a keyspace through
 * `RdbTarget`. Whoever brings the bytes keeps a window of them: it offers what it has, drops what was taken, and adds
 * at least `wantedBytes` before it offers again.
 */
import type { Database } from '../../engine/database.js';
import type { Moment } from '../../engine/moment.js';
import { RunningCrc64 } from './crc64.js';
import {
  CHECKSUM_BYTES,
  MAGIC,
  OPCODE_AUX,
  OPCODE_END,
  OPCODE_EXPIRE_MS,
  OPCODE_EXPIRE_SECONDS,
  OPCODE_FREQUENCY,
  OPCODE_FUNCTION_2,
  OPCODE_FUNCTION_PRE_GA,
  OPCODE_IDLE,
  OPCODE_MODULE_AUX,
  OPCODE_RESIZE_DB,
  OPCODE_SELECT_DB,
  VERSION_CHECKSUM,
  VERSION_DIGITS,
  VERSION_READ_MAX,
} from './format.js';
import { type LoadedValue, readValue } from './load-value.js';
import { moduleName } from './module-name.js';
import { BadFormat, CutOff, EmptyValue, RdbReader } from './reader.js';

/** Where a file goes to. */
export interface RdbTarget {
  /** @returns undefined when there is no such database */
  database(id: number): Database | undefined;
  /**
   * Puts a value at a key.
   * @param atMs when it expires; -1: never
   * @param use seconds idle, or the counter of its use; -1: unknown
   * @throws BadFormat when the key is there already, or the value turns out to be unsound
   */
  add(db: Database, key: Buffer, value: LoadedValue, atMs: Moment, use: KeyUse): void;
  /** A key whose collection has no elements: it is passed over. */
  empty(key: Buffer): void;
  aux(name: string, value: string): void;
  /** The source of a library of functions. @throws BadFormat when it is none */
  functionLibrary(source: Buffer): void;
}

export interface KeyUse {
  readonly idleSeconds: number;
  readonly frequency: number;
}

const HEADER_BYTES = MAGIC.length + VERSION_DIGITS;
const UNKNOWN = -1;
/** What is looked for at least when more bytes are to come: reading a record anew each time must not cost. */
const WINDOW_GROWTH = 2;

export class RdbFileLoader {
  /** The checksum was read and is right. */
  isFinished = false;
  /** Bytes that the window has to have for anything to be taken. */
  wantedBytes = HEADER_BYTES;
  /** Bytes taken: where the record begins that BadFormat was thrown about. */
  offset = 0;

  readonly #target: RdbTarget;
  /** `rdbchecksum`: whether the checksum is looked at. */
  readonly #checksums: boolean;
  readonly #checksum = new RunningCrc64();
  #version = 0;
  #isAtChecksum = false;
  #database: Database;
  #expireAtMs: Moment = UNKNOWN;
  #idleSeconds = UNKNOWN;
  #frequency = UNKNOWN;

  constructor(target: RdbTarget, checksums: boolean) {
    this.#target = target;
    this.#checksums = checksums;
    this.#database = databaseOf(target, 0);
  }

  /**
   * Takes what is whole in [start, end).
   * @returns the offset of the first byte not taken
   * @throws BadFormat
   */
  take(bytes: Buffer, start: number, end: number): number {
    const reader = new RdbReader(bytes, start, end);
    let taken = start;
    this.wantedBytes = 1;
    try {
      while (!this.isFinished && taken < end) {
        if (this.#isAtChecksum) {
          this.#readChecksum(reader);
          taken = reader.at;
          break;
        }
        if (this.#version === 0) this.#readHeader(reader);
        else this.#readRecord(reader);
        // Without the checksum itself.
        if (this.#checksums) this.#checksum.update(bytes, taken, reader.at);
        taken = reader.at;
        if (this.#isAtChecksum && this.#version < VERSION_CHECKSUM) this.isFinished = true;
      }
    } catch (error) {
      if (!(error instanceof CutOff)) {
        this.offset += taken - start;
        throw error;
      }
      const there = end - taken;
      this.wantedBytes = Math.max(
        there + error.missingBytes,
        Math.min(there * WINDOW_GROWTH, WINDOW_BYTES_MAX),
      );
    }
    this.offset += taken - start;
    return taken;
  }

  #readHeader(reader: RdbReader): void {
    const { bytes, at } = reader;
    reader.skip(HEADER_BYTES);
    const digits = bytes.toString('latin1', at + MAGIC.length, at + HEADER_BYTES);
    if (bytes.toString('latin1', at, at + MAGIC.length) !== MAGIC || !/^\d{4}$/.test(digits)) {
      throw new BadFormat('wrong signature: this is no RDB file');
    }
    const version = Number(digits);
    if (version < 1 || version > VERSION_READ_MAX) {
      throw new BadFormat(`can't handle RDB format version ${version}`);
    }
    this.#version = version;
  }

  #readRecord(reader: RdbReader): void {
    const opcode = reader.byte();
    switch (opcode) {
      case OPCODE_EXPIRE_MS:
        this.#expireAtMs = reader.moment();
        break;
      case OPCODE_EXPIRE_SECONDS:
        this.#expireAtMs = Math.max(0, reader.int32() * 1000);
        break;
      case OPCODE_IDLE:
        this.#idleSeconds = reader.count();
        break;
      case OPCODE_FREQUENCY:
        this.#frequency = reader.byte();
        break;
      case OPCODE_SELECT_DB:
        this.#database = databaseOf(this.#target, reader.count());
        break;
      case OPCODE_RESIZE_DB:
        // Tables grow a bucket at a time: there is no room to be made.
        reader.count();
        reader.count();
        break;
      case OPCODE_AUX: {
        const name = reader.string().toString('latin1');
        this.#target.aux(name, reader.string().toString('latin1'));
        break;
      }
      case OPCODE_FUNCTION_2:
        this.#target.functionLibrary(reader.string());
        break;
      case OPCODE_FUNCTION_PRE_GA:
        throw new BadFormat('functions in the form of a release candidate of Redis 7.0');
      case OPCODE_MODULE_AUX:
        throw new BadFormat(
          `data of the module '${moduleName(reader.bigCount())}', and januskv has no modules`,
        );
      case OPCODE_END:
        this.#isAtChecksum = true;
        break;
      default:
        this.#readKey(reader, opcode);
    }
  }

  #readKey(reader: RdbReader, type: number): void {
    const key = reader.string();
    const value = valueUnlessEmpty(reader, type);
    const use = { idleSeconds: this.#idleSeconds, frequency: this.#frequency };
    if (value === null) this.#target.empty(key);
    else this.#target.add(this.#database, key, value, this.#expireAtMs, use);
    this.#expireAtMs = UNKNOWN;
    this.#idleSeconds = UNKNOWN;
    this.#frequency = UNKNOWN;
  }

  /** Low byte first; 0 when whoever wrote the file left it out. */
  #readChecksum(reader: RdbReader): void {
    const { bytes, at } = reader;
    reader.skip(CHECKSUM_BYTES);
    const low = bytes.readUInt32LE(at);
    const high = bytes.readUInt32LE(at + 4);
    const isAbsent = low === 0 && high === 0;
    if (this.#checksums && !isAbsent && (low !== this.#checksum.low || high !== this.#checksum.high)) {
      throw new BadFormat('wrong checksum');
    }
    this.isFinished = true;
  }
}

/** @throws BadFormat */
function valueUnlessEmpty(reader: RdbReader, type: number): LoadedValue | null {
  try {
    return readValue(reader, type, 'file');
  } catch (error) {
    if (error instanceof EmptyValue) return null;
    throw error;
  }
}

/** Above this a window grows by what is known to be missing only. */
const WINDOW_BYTES_MAX = 256 * 1024 * 1024;

function databaseOf(target: RdbTarget, id: number): Database {
  const database = target.database(id);
  if (database === undefined) {
    throw new BadFormat(`data of database ${id}, and there are fewer: raise 'databases'`);
  }
  return database;
}
