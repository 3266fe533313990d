/** Makes new inputs of old ones: bytes flipped, cut, doubled, moved between inputs, and words put in. */
import type { Dice } from '../support/dice.js';

/** Larger ones are slow and show no more. */
const INPUT_BYTES_MAX = 8192;
/** Lengths and signs are wrong at their edges. */
const NUMBERS = [
  '-1',
  '0',
  '1',
  '127',
  '128',
  '255',
  '256',
  '65535',
  '2147483647',
  '4294967296',
  '9223372036854775807',
];
const BYTES = [0, 1, 0x7f, 0x80, 0xc0, 0xfe, 0xff];

export class Mutator {
  readonly #dice: Dice;
  readonly #words: readonly Buffer[];

  constructor(dice: Dice, dictionary: readonly string[]) {
    this.#dice = dice;
    this.#words = [...dictionary, ...NUMBERS].map((word) => Buffer.from(word, 'latin1'));
  }

  /** @param other lends a piece of itself */
  mutate(input: Buffer, other: Buffer): Buffer {
    const dice = this.#dice;
    let bytes: Buffer = Buffer.from(input);
    for (let count = 1 << dice.between(0, 3); count > 0; count--) bytes = this.#change(bytes, other);
    return bytes.subarray(0, INPUT_BYTES_MAX);
  }

  #byte(): number {
    const dice = this.#dice;
    // Printable, at an edge, or any.
    if (dice.oneIn(2)) return dice.between(0x20, 0x7e);
    return dice.oneIn(2) ? dice.pick(BYTES) : dice.between(0, 255);
  }

  #change(bytes: Buffer, other: Buffer): Buffer {
    const dice = this.#dice;
    const at = dice.between(0, bytes.length);
    const after = Math.min(bytes.length, at + dice.between(1, dice.oneIn(4) ? 64 : 4));
    const change = dice.between(1, 8);
    if (change <= 3 && at < bytes.length) {
      if (change === 1) bytes[at] ^= 1 << dice.between(0, 7);
      else if (change === 2) bytes[at] = this.#byte();
      else bytes[at] += dice.between(-4, 4);
      return bytes;
    }
    switch (change) {
      case 4:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(after)]);
      case 5:
        return Buffer.concat([bytes.subarray(0, after), bytes.subarray(at)]);
      case 6: {
        const from = dice.between(0, other.length);
        const piece = other.subarray(from, from + dice.between(1, 64));
        return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(dice.oneIn(2) ? at : after)]);
      }
      case 7:
        return Buffer.concat([
          bytes.subarray(0, at),
          dice.pick(this.#words),
          bytes.subarray(dice.oneIn(2) ? at : after),
        ]);
      default:
        return Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.between(1, 4)), bytes.subarray(at)]);
    }
  }
}
