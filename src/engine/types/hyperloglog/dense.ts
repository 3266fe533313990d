/**
 * Dense registers: 6 bits each, the lowest bits of a byte first. Register 1 has the upper 2 bits of byte 0 and the
 * lower 4 of byte 1:
 *
 *     byte     0          1          2
 *     ┌──────────┬──────────┬──────────┐
 *     │ 11000000 │ 22221111 │ 33333322 │   whose bit it is, the highest bit left
 *     └──────────┴──────────┴──────────┘
 */
import { REGISTERS } from './layout.js';

const MASK = 0x3f;

/** @param at where the registers start */
export function denseRegister(bytes: Buffer, at: number, index: number): number {
  const bit = index * 6;
  const byte = at + (bit >>> 3);
  const shift = bit & 7;
  const low = bytes[byte] >>> shift;
  return (shift > 2 ? low | (bytes[byte + 1] << (8 - shift)) : low) & MASK;
}

/** @param value 0 … 63 */
export function setDenseRegister(bytes: Buffer, at: number, index: number, value: number): void {
  const bit = index * 6;
  const byte = at + (bit >>> 3);
  const shift = bit & 7;
  bytes[byte] = (bytes[byte] & ~(MASK << shift)) | (value << shift);
  if (shift > 2) {
    bytes[byte + 1] = (bytes[byte + 1] & ~(MASK >>> (8 - shift))) | (value >>> (8 - shift));
  }
}

/** Raises each of `registers` to what it is here. */
export function mergeDense(bytes: Buffer, at: number, registers: Uint8Array): void {
  let from = at;
  for (let index = 0; index < REGISTERS; index += 4) {
    const four = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
    from += 3;
    if (four === 0) continue;
    raise(registers, index, four & MASK);
    raise(registers, index + 1, (four >>> 6) & MASK);
    raise(registers, index + 2, (four >>> 12) & MASK);
    raise(registers, index + 3, four >>> 18);
  }
}

/** Gives all registers their values. */
export function setDenseRegisters(bytes: Buffer, at: number, registers: Uint8Array): void {
  let to = at;
  for (let index = 0; index < REGISTERS; index += 4) {
    const four =
      registers[index] |
      (registers[index + 1] << 6) |
      (registers[index + 2] << 12) |
      (registers[index + 3] << 18);
    bytes[to] = four;
    bytes[to + 1] = four >>> 8;
    bytes[to + 2] = four >>> 16;
    to += 3;
  }
}

/** Counts the registers by value. */
export function countDense(bytes: Buffer, at: number, histogram: Int32Array): void {
  let from = at;
  for (let index = 0; index < REGISTERS; index += 4) {
    const four = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
    from += 3;
    histogram[four & MASK]++;
    histogram[(four >>> 6) & MASK]++;
    histogram[(four >>> 12) & MASK]++;
    histogram[four >>> 18]++;
  }
}

function raise(registers: Uint8Array, index: number, value: number): void {
  if (value > registers[index]) registers[index] = value;
}
