/** A script that stands at one of its lines, as the debugger sees it. Texts are a character each byte. */

/** A call that hasn't returned. */
export interface Frame {
  /** What it was called by; null at top level, and where nobody knows. */
  readonly name: string | null;
  readonly line: number;
}

export interface StoppedScript {
  /** Of the innermost function: names and values, in the order in which they were declared. */
  locals(): readonly (readonly [name: string, value: string])[];
  /** A local variable of any call, the innermost first, or the table KEYS or ARGV. @returns its value, or null */
  variable(name: string): string | null;
  /** From the innermost on; those that aren't the script's are left out. */
  frames(): readonly Frame[];
  /** Runs Lua in a function of its own. */
  evaluate(code: string): Evaluated;
  /** Has the script call a command. */
  call(words: readonly string[]): void;
  /** Ends the script with an error. */
  fail(message: string): never;
}

export type Evaluated = { readonly value: string } | { readonly error: string };
