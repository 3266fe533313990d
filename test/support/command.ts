/**
 * What starts januskv's command line; its own words follow. As users have it, from dist, unless a source is younger: from
 * source it starts half a second later.
 */
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const COMMAND: readonly string[] = [
  process.execPath,
  ...(isBuilt() ? [pathOf('dist/cli.js')] : ['--import', import.meta.resolve('tsx'), pathOf('src/cli.ts')]),
];

function isBuilt(): boolean {
  const built = statSync(pathOf('dist/cli.js'), { throwIfNoEntry: false });
  if (built === undefined) return false;
  return ['src', 'v1', 'v2'].every((folder) =>
    readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' }).every(
      (path) => statSync(pathOf(`${folder}/${path}`)).mtimeMs < built.mtimeMs,
    ),
  );
}
