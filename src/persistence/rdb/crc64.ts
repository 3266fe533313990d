/**
 * CRC-64 with Jones' polynomial, reflected, as RDB files and dumps end with it. Kept in two words of 32 bits:
 * BigInts take a hundred times as long.
 *
 * Source: W. T. Jones, "Design of CRC"; its check value, of `123456789`, is e9c6d914c4b8d9ca.
 */
const POLYNOMIAL_HIGH = 0x95ac9329 | 0;
const POLYNOMIAL_LOW = 0xac4bc9b5 | 0;

const HIGH = new Int32Array(256);
const LOW = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) !== 0;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      high ^= POLYNOMIAL_HIGH;
      low ^= POLYNOMIAL_LOW;
    }
  }
  HIGH[byte] = high;
  LOW[byte] = low;
}

export interface Crc64 {
  /** Words without a sign. */
  readonly high: number;
  readonly low: number;
}

/** The checksum of bytes that come piece by piece. */
export class RunningCrc64 implements Crc64 {
  high = 0;
  low = 0;

  update(bytes: Buffer, start: number, end: number): void {
    let high = this.high | 0;
    let low = this.low | 0;
    for (let index = start; index < end; index++) {
      const entry = (low ^ bytes[index]) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ LOW[entry];
      high = (high >>> 8) ^ HIGH[entry];
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
  }
}

export function crc64(bytes: Buffer, start: number, end: number): Crc64 {
  const running = new RunningCrc64();
  running.update(bytes, start, end);
  return running;
}
