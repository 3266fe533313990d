/** The part of WebAssembly's JavaScript interface that we use: Node's types leave it out without those of a browser. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Detaches `buffer`. @returns the pages there were */
  grow(pages: number): number;
}

export interface WasmTable {
  get(slot: number): unknown;
  set(slot: number, value: unknown): void;
  /** @returns the slots there were */
  grow(slots: number): number;
}

export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Compiled code. */
export interface WasmModule {
  readonly __brand?: 'WebAssembly.Module';
}

interface WasmInterface {
  readonly Module: new (bytes: Buffer) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  /** A trap: what the binary did can't go on. */
  readonly RuntimeError: new () => Error;
}

export const wasm: WasmInterface = (globalThis as unknown as { readonly WebAssembly: WasmInterface })
  .WebAssembly;
