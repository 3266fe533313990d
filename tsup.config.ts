import { defineConfig } from 'tsup';

const SMALLER = {
  // Inlines numeric constants across modules: the hot path reads no module variable for them.
  minifySyntax: true,
  // A twentieth less from the start to the first PONG: Node reads and parses the whole bundle.
  minifyWhitespace: true,
  // A stack's line numbers still tell where.
  lineLimit: 110,
};

/**
 * Two bundles: the library in both module systems with types, and the command line as an ES module, with the
 * programs of its threads beside it.
 */
export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    dts: true,
    target: 'node20',
    platform: 'node',
    clean: true,
    shims: true,
    external: ['koffi'],
    esbuildOptions: (options) => void Object.assign(options, SMALLER),
  },
  {
    entry: {
      cli: 'src/cli.ts',
      'debug-thread': 'src/debug-thread.ts',
      'io-thread': 'v2/io-threads/io-thread.ts',
      'echo-thread': 'v2/echo/echo-thread.ts',
      'reverse-thread': 'v2/reverse/reverse-thread.ts',
    },
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    external: ['koffi'],
    esbuildOptions: (options) => void Object.assign(options, SMALLER),
  },
]);
