/** The library as users have it: the bundle of this source, for CommonJS, without its types. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import config from '../../../tsup.config.js';

/** Among the packages, so that it finds those it depends on. */
const PLACE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** Call it inside a `describe`. @returns the path of the bundle, which is there while tests run */
export function builtLibrary(): () => string {
  let folder = '';
  before(async () => {
    assert.ok(Array.isArray(config));
    mkdirSync(PLACE, { recursive: true });
    folder = mkdtempSync(join(PLACE, 'januskv-'));
    await build({ ...config[0], config: false, format: ['cjs'], dts: false, outDir: folder, silent: true });
  });
  after(() => rmSync(folder, { recursive: true }));
  return () => join(folder, 'index.cjs');
}
