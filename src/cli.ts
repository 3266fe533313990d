#!/usr/bin/env node
/**
 * Where the program begins: loads the rest of it. In dist that is one script, which need not be compiled anew each time; the
 * source is loaded module by module.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { main as runMain } from './cli-main.js';
import { loadCompiled } from './process/compiled-code.js';
import { tuneV8 } from './process/tune-v8.js';
import { isSister } from './sisters.js';

/**
 * Beside the package, where build tools have agreed to keep such things, and not in the system's folder for temporary files: others
 * might leave code there for this program to run.
 */
const COMPILED = `../node_modules/.cache/januskv/${process.version}-${process.arch}`;
/** Not imported in so many words, or the bundler would bring it along. */
const SOURCE = './cli-main.ts';

async function load(word: string | undefined): Promise<{ main: typeof runMain }> {
  const script = fileURLToPath(new URL('./cli-main.cjs', import.meta.url));
  // Sisters are for others to tune, and V8 wouldn't take for one what it compiled for the other.
  if (!isSister(word)) tuneV8();
  if (!existsSync(script)) return import(SOURCE);
  if (isSister(word)) return createRequire(script)(script);
  return loadCompiled(script, fileURLToPath(new URL(COMPILED, import.meta.url))) as { main: typeof runMain };
}

const words = process.argv.slice(2);
const { main } = await load(words[0]);
await main(words);
