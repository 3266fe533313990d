/**
 * Bytes of the WebAssembly format, as far as the small modules need them that are put together here.
 *
 * Source: webassembly.github.io/spec/core/binary.
 */

export const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
export const I32 = 0x7f;
export const FUNCTION_TYPE = 0x60;

export const TYPE_SECTION = 1;
export const IMPORT_SECTION = 2;
export const FUNCTION_SECTION = 3;
export const TABLE_SECTION = 4;
export const MEMORY_SECTION = 5;
export const GLOBAL_SECTION = 6;
export const EXPORT_SECTION = 7;
export const CODE_SECTION = 10;

/** Kinds of what is imported and exported. */
export const FUNCTION = 0;
export const MEMORY = 2;
export const GLOBAL = 3;

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** LEB128 of what may be negative: constants in code. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}

export const name = (text: string): number[] => [...unsigned(text.length), ...Buffer.from(text)];

/** A count, and so many items. */
export const list = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

export const section = (id: number, body: readonly number[]): number[] => [
  id,
  ...unsigned(body.length),
  ...body,
];
