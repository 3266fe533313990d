/**
 * Unpacks LZF, the compression of strings in RDB. Trusts nothing: any input gives the wanted bytes or null.
 *
 *     000LLLLL                     L + 1 bytes follow as they are
 *     LLLooooo oooooooo            L + 2 bytes from o + 1 bytes back; L = 7: another byte is added to L first
 *
 * Source: Marc Lehmann's description of liblzf's format.
 */
export function unpackLzf(bytes: Buffer, start: number, end: number, unpackedBytes: number): Buffer | null {
  const unpacked = Buffer.from(new ArrayBuffer(unpackedBytes));
  let at = 0;
  let index = start;
  while (index < end) {
    const control = bytes[index++];
    if (control < 32) {
      const length = control + 1;
      if (index + length > end || at + length > unpackedBytes) return null;
      bytes.copy(unpacked, at, index, index + length);
      index += length;
      at += length;
      continue;
    }
    let length = control >>> 5;
    if (length === 7) {
      if (index >= end) return null;
      length += bytes[index++];
    }
    length += 2;
    if (index >= end) return null;
    let from = at - ((control & 31) << 8) - bytes[index++] - 1;
    if (from < 0 || at + length > unpackedBytes) return null;
    // Source and target may overlap: that is how a run of one byte is packed.
    for (; length > 0; length--) unpacked[at++] = unpacked[from++];
  }
  return at === unpackedBytes ? unpacked : null;
}
