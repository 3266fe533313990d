import { defineConfig, type Options } from 'tsup';

const SMALLER = {
  // Inlines numeric constants across modules: the hot path reads no module variable for them.
  minifySyntax: true,
  // A twentieth less from the start to the first PONG: Node reads and parses the whole bundle.
  minifyWhitespace: true,
  // A stack's line numbers still tell where.
  lineLimit: 110,
};

const COMMON: Options = {
  target: 'node20',
  platform: 'node',
  external: ['koffi'],
  esbuildOptions: (options) => void Object.assign(options, SMALLER),
};

/** `RunningServer` is AsyncDisposable, which applications have by default only with newer targets or with @types/node. */
const DECLARATIONS = {
  banner: '/// <reference lib="esnext.disposable" />',
  entry: { index: 'src/index.ts' },
};

/**
 * Three bundles: the library as one file for CommonJS; the command line as one, too, because V8 takes compiled code for a
 * script and, before Node 22, not for a module; and in ES modules the library and the programs of threads, which share what
 * they have in common, and what loads the command line.
 */
export default defineConfig([
  {
    ...COMMON,
    entry: { index: 'src/index.ts' },
    format: ['cjs'],
    dts: DECLARATIONS,
    clean: true,
    shims: true,
  },
  {
    ...COMMON,
    entry: { 'cli-main': 'src/cli-main.ts' },
    format: ['cjs'],
    shims: true,
  },
  {
    ...COMMON,
    entry: {
      index: 'src/index.ts',
      cli: 'src/cli.ts',
      'debug-thread': 'src/debugging/debug-thread.ts',
      'io-thread': 'v2/io-threads/io-thread.ts',
      'echo-thread': 'v2/echo/echo-thread.ts',
      'reverse-thread': 'v2/reverse/reverse-thread.ts',
    },
    format: ['esm'],
    dts: DECLARATIONS,
  },
]);
