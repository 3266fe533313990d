import { defineConfig } from 'tsup';

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
    esbuildOptions(options) {
      // Inlines numeric constants across modules: the hot path reads no module variable for them.
      options.minifySyntax = true;
    },
  },
  {
    entry: {
      cli: 'src/cli.ts',
      'io-thread': 'v2/io-threads/io-thread.ts',
      'echo-thread': 'v2/echo/echo-thread.ts',
      'reverse-thread': 'v2/reverse/reverse-thread.ts',
    },
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    external: ['koffi'],
    esbuildOptions(options) {
      options.minifySyntax = true;
    },
  },
]);
