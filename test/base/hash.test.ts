import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hashBytes, hashView } from '../../src/base/hash.js';

/** HalfSipHash-c-d as its paper tells it, slow and plain, 32-bit result. */
function halfSipHash(message: Buffer, key: Buffer, compression: number, finalization: number): number {
  const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;
  const v = [key.readUInt32LE(0), key.readUInt32LE(4), 0x6c796765, 0x74656462];
  v[2] = (v[2] ^ v[0]) >>> 0;
  v[3] = (v[3] ^ v[1]) >>> 0;
  const round = (): void => {
    v[0] = (v[0] + v[1]) >>> 0;
    v[1] = (rotate(v[1], 5) ^ v[0]) >>> 0;
    v[0] = rotate(v[0], 16);
    v[2] = (v[2] + v[3]) >>> 0;
    v[3] = (rotate(v[3], 8) ^ v[2]) >>> 0;
    v[0] = (v[0] + v[3]) >>> 0;
    v[3] = (rotate(v[3], 7) ^ v[0]) >>> 0;
    v[2] = (v[2] + v[1]) >>> 0;
    v[1] = (rotate(v[1], 13) ^ v[2]) >>> 0;
    v[2] = rotate(v[2], 16);
  };
  const padded = Buffer.alloc(Math.floor(message.length / 4) * 4 + 4);
  message.copy(padded);
  padded[padded.length - 1] = message.length;
  for (let index = 0; index < padded.length; index += 4) {
    const word = padded.readUInt32LE(index);
    v[3] = (v[3] ^ word) >>> 0;
    for (let count = 0; count < compression; count++) round();
    v[0] = (v[0] ^ word) >>> 0;
  }
  v[2] = (v[2] ^ 0xff) >>> 0;
  for (let count = 0; count < finalization; count++) round();
  return (v[1] ^ v[3]) >>> 0;
}

const KEY = Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]);

describe('hash', () => {
  it('has a reference that meets the published HalfSipHash-2-4 vectors', () => {
    // The first of vectors_hsip32 in the authors' implementation: messages of 0 and 1 bytes, 00 01 02 …
    const expected = ['a9359f5b', '27475ab8'];
    for (let length = 0; length < expected.length; length++) {
      const message = Buffer.from(Array.from({ length }, (_, index) => index));
      const digest = Buffer.alloc(4);
      digest.writeUInt32LE(halfSipHash(message, KEY, 2, 4));
      assert.equal(digest.toString('hex'), expected[length]);
    }
  });

  it('is HalfSipHash-1-3 of any bytes under any seed, read either way and at any offset', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.nat(9),
        (message, seed, offset) => {
          const key = Buffer.from(seed);
          const bytes = Buffer.concat([
            Buffer.alloc(offset, 0xee),
            Buffer.from(message),
            Buffer.alloc(3, 0xdd),
          ]);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
          const end = offset + message.length;
          const expected = halfSipHash(Buffer.from(message), key, 1, 3) | 0;
          assert.equal(hashBytes(bytes, offset, end, key.readInt32LE(0), key.readInt32LE(4)), expected);
          assert.equal(hashView(view, offset, end, key.readInt32LE(0), key.readInt32LE(4)), expected);
        },
      ),
    );
  });
});
