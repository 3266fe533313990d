/**
 * JavaScript functions that Lua can call. Lua calls through a table of WebAssembly functions, which takes no
 * JavaScript: a small module imports ours and exports them again, which makes them what the table takes.
 */
import { unsigned } from './binary.js';
import { wasm } from './web-assembly.js';

/** A C function of Lua: takes a state, returns how many results it left on the stack. */
export type CFunction = (state: number) => number;
/** A hook of Lua: takes a state and an activation record. */
export type Hook = (state: number, record: number) => void;

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const I32 = 0x7f;
const FUNCTION_TYPE = 0x60;
/** Types by number: (i32) → i32, and (i32, i32) → nothing. */
const TYPES = [2, FUNCTION_TYPE, 1, I32, 1, I32, FUNCTION_TYPE, 2, I32, I32, 0];
const C_FUNCTION = 0;
const HOOK = 1;

/** @returns the functions and the hook, in a form that a table's `set` takes */
export function callable(
  functions: readonly CFunction[],
  hook: Hook,
): { readonly functions: readonly unknown[]; readonly hook: unknown } {
  const all = [...functions, hook];
  const names = all.map((_, index) => `f${index}`);
  const imported = names.map((name, index) => [
    ...text('host'),
    ...text(name),
    0,
    index === functions.length ? HOOK : C_FUNCTION,
  ]);
  const exported = names.map((name, index) => [...text(name), 0, ...unsigned(index)]);
  const bytes = Buffer.from([
    ...MAGIC,
    ...section(1, TYPES),
    ...section(2, [...unsigned(all.length), ...imported.flat()]),
    ...section(7, [...unsigned(all.length), ...exported.flat()]),
  ]);
  const host = Object.fromEntries(all.map((each, index) => [names[index], each]));
  const { exports } = new wasm.Instance(new wasm.Module(bytes), { host });
  return {
    functions: functions.map((_, index) => exports[names[index]]),
    hook: exports[`f${functions.length}`],
  };
}

const text = (name: string): number[] => [...unsigned(name.length), ...Buffer.from(name)];
const section = (id: number, body: readonly number[]): number[] => [id, ...unsigned(body.length), ...body];
