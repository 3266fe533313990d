/** The repository's own files, read once: what the tests of its shape look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  /** Without the extension. */
  readonly name: string;
  readonly folder: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const ROOTS = ['src', 'v1', 'v2', 'test', 'stress'];

/** What ships: everything but tests and the stress lab. */
export const isShipped = (file: SourceFile): boolean => /^(src|v\d+)\//.test(file.path);
export const isTest = (file: SourceFile): boolean => file.path.endsWith('.test.ts');

export function readSourceFiles(): readonly SourceFile[] {
  return ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => join(root, path)),
  )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      const name = basename(path, '.ts');
      return { path, name, folder: dirname(path), text, lines: text.trimEnd().split('\n') };
    });
}
