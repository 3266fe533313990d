/**
 * One value as DUMP hands it out and RESTORE takes it:
 *
 *     | type 1 | value … | version 2 | CRC-64 8 |
 *
 * The version is 10, as in files: 7.0 takes such dumps, and 7.2, too, which itself writes 11.
 */
import type { Collections } from '../../engine/types/data-types.js';
import { crc64 } from './crc64.js';
import { FOOTER_BYTES, VERSION_READ_MAX } from './format.js';
import { type LoadedValue, loadValue } from './load-value.js';
import { saveValue } from './save-value.js';
import { RdbWriter } from './writer.js';

/** A buffer above this size is not kept for the next dump. */
const KEPT_BYTES_MAX = 1 << 20;

/** Whether the version is one that can be read, and the checksum right. */
export function isIntactDump(bytes: Buffer, start: number, end: number, skipsChecksum = false): boolean {
  const footer = end - FOOTER_BYTES;
  if (footer < start || bytes.readUInt16LE(footer) > VERSION_READ_MAX) return false;
  if (skipsChecksum) return true;
  const { high, low } = crc64(bytes, start, footer + 2);
  return bytes.readUInt32LE(footer + 2) === low && bytes.readUInt32LE(footer + 6) === high;
}

export class RdbDumps {
  readonly isIntact = isIntactDump;
  /** Scratch of one call. */
  #writer = new RdbWriter();

  /** `rdbcompression`: whether strings are packed where that saves something. */
  get compresses(): boolean {
    return this.#writer.compresses;
  }

  set compresses(compresses: boolean) {
    this.#writer = new RdbWriter(compresses);
  }

  /** @returns bytes that are valid until the next dump */
  dump(collections: Collections, entry: number): Buffer {
    if (this.#writer.bytes.length > KEPT_BYTES_MAX) this.compresses = this.#writer.compresses;
    const writer = this.#writer;
    writer.length = 0;
    saveValue(collections, entry, writer);
    writer.footer();
    return writer.bytes.subarray(0, writer.length);
  }

  /** The value of an intact dump; null when it makes no sense. It shares the bytes. */
  load(bytes: Buffer, start: number, end: number): LoadedValue | null {
    return loadValue(bytes, start, end - FOOTER_BYTES);
  }
}
