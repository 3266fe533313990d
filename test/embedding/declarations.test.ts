/** The types that the package carries, as an application compiles them that has no others but TypeScript's own. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const DECLARATIONS = ['dist/index.d.ts', 'dist/index.d.cts'].map(pathOf);
const SOURCES = ['src/server-api.ts', 'tsup.config.ts'].map(pathOf);

/** -Infinity: there is none. */
const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;

describe("the package's declarations", () => {
  it('need no other types and no newer target', function () {
    // `npm start` builds none, `npm run build` and `npm test` do.
    if (Math.min(...DECLARATIONS.map(changedAt)) < Math.max(...SOURCES.map(changedAt))) this.skip();
    this.timeout(60_000);
    const program = ts.createProgram(DECLARATIONS, {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      types: [],
      skipDefaultLibCheck: true,
    });
    const complaints = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    assert.deepEqual(complaints, []);
  });
});
