/** Bytes as people read them, in Redis' form: `512B`, `1.50K`, `2.00G`. */

const UNITS = ['K', 'M', 'G', 'T', 'P'];

export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)}${UNITS[unit]}`;
}
