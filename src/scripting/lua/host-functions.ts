/**
 * JavaScript functions that Lua can call. Lua calls through a table of WebAssembly functions, which takes no
 * JavaScript: a small module imports ours and exports them again, which makes them what the table takes.
 */
import {
  EXPORT_SECTION,
  FUNCTION,
  FUNCTION_TYPE,
  I32,
  IMPORT_SECTION,
  list,
  MAGIC,
  name,
  section,
  TYPE_SECTION,
  unsigned,
} from './wasm-encoding.js';
import { wasm } from './web-assembly.js';

/** A C function of Lua: takes a state, returns how many results it left on the stack. */
export type CFunction = (state: number) => number;
/** A hook of Lua: takes a state and an activation record. */
export type Hook = (state: number, record: number) => void;

/** Types by number: (i32) → i32, and (i32, i32) → nothing. */
const TYPES = list([
  [FUNCTION_TYPE, ...list([[I32]]), ...list([[I32]])],
  [FUNCTION_TYPE, ...list([[I32], [I32]]), ...list([])],
]);
const C_FUNCTION = 0;
const HOOK = 1;

/** @returns the functions and the hook, in a form that a table's `set` takes */
export function callable(
  functions: readonly CFunction[],
  hook: Hook,
): { readonly functions: readonly unknown[]; readonly hook: unknown } {
  const all = [...functions, hook];
  const names = all.map((_, index) => `f${index}`);
  const imported = names.map((each, index) => [
    ...name('host'),
    ...name(each),
    FUNCTION,
    index === functions.length ? HOOK : C_FUNCTION,
  ]);
  const exported = names.map((each, index) => [...name(each), FUNCTION, ...unsigned(index)]);
  const bytes = Buffer.from([
    ...MAGIC,
    ...section(TYPE_SECTION, TYPES),
    ...section(IMPORT_SECTION, list(imported)),
    ...section(EXPORT_SECTION, list(exported)),
  ]);
  const host = Object.fromEntries(all.map((each, index) => [names[index], each]));
  const { exports } = new wasm.Instance(new wasm.Module(bytes), { host });
  return {
    functions: functions.map((_, index) => exports[names[index]]),
    hook: exports[`f${functions.length}`],
  };
}
