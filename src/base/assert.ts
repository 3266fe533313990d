/**
 * Assertions state what the program itself guarantees. A failing one is a bug in januskv, never a
 * client's mistake (those are replies) and never the machine's (those are `SystemError`s).
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
