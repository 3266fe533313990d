/** The bundle carries the program of every thread. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('Programs of threads', () => {
  it('are entries of the bundle', () => {
    const bundle = readFileSync(`${ROOT}/tsup.config.ts`, 'utf8');
    const programs = sources('v2').flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/startThread\(import\.meta\.url, '([\w-]+)'/g),
    ]);
    assert.ok(programs.length >= 3);
    for (const [, name] of programs) assert.ok(bundle.includes(`'${name}': 'v2/`), name);
  });
});

function sources(folder: string): string[] {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${ROOT}/${folder}/${name}`);
}
