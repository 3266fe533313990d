/** What scripts exchange with their host: the values of RESP2 and RESP3, as JavaScript. */
export type ScriptValue =
  | null
  | number
  | bigint
  | boolean
  | Buffer
  | { readonly ok: Buffer }
  | ScriptFailure
  | { readonly double: number }
  | { readonly big_number: Buffer }
  | { readonly verbatim_string: { readonly format: Buffer; readonly string: Buffer } }
  | { readonly map: [ScriptValue, ScriptValue][] }
  | { readonly set: ScriptValue[] }
  | ScriptValue[];

export interface ScriptFailure {
  /** The text after the code. */
  readonly err: Buffer;
  /** `ERR`, `WRONGTYPE` …; without it `err` is the whole message. */
  readonly code?: Buffer;
  /** Present when the script was ended by the error, absent when it returned one. */
  readonly meta?: {
    readonly kind?: string;
    readonly name?: string;
    readonly line: number;
    readonly sha: string;
  };
}

export const isFailure = (value: ScriptValue): value is ScriptFailure =>
  typeof value === 'object' && value !== null && 'err' in value;
