/** What npm packs, and where package.json sends those who import it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Every path that package.json promises. */
const PROMISED: readonly string[] = [
  manifest.main,
  manifest.module,
  manifest.types,
  manifest.bin.januskv,
  ...Object.values(manifest.exports['.']).flatMap((condition) => Object.values(condition as object)),
];

describe('The package', function () {
  this.timeout(60_000);

  before(function () {
    // `npm start` builds no declarations, `npm run build` and `npm test` do.
    if (PROMISED.some((path) => statSync(join(ROOT, path), { throwIfNoEntry: false }) === undefined))
      this.skip();
  });

  it('holds every file that package.json names, and no source', () => {
    const [{ files }] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as [{ files: readonly { path: string }[] }];
    const packed = files.map(({ path }) => path);
    for (const path of PROMISED) assert.ok(packed.includes(path.replace('./', '')), path);
    assert.deepEqual(
      packed.filter(
        (path) => !/^(dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)|package\.json|[A-Z]+(\.md)?)$/.test(path),
      ),
      [],
    );
  });

  describe('to an application in TypeScript', () => {
    let application: string;
    before(() => {
      application = mkdtempSync(join(tmpdir(), 'januskv-application-'));
      mkdirSync(join(application, 'node_modules'));
      symlinkSync(ROOT, join(application, 'node_modules', 'januskv'));
    });
    after(() => rmSync(application, { recursive: true }));

    const { Node16, Bundler, Node10 } = ts.ModuleResolutionKind;
    const { ESNext, CommonJS } = ts.ModuleKind;
    for (const [title, moduleResolution, mode, declarations] of [
      ['ES modules of node16', Node16, ESNext, 'dist/index.d.ts'],
      ['CommonJS of node16', Node16, CommonJS, 'dist/index.d.cts'],
      ['a bundler', Bundler, ESNext, 'dist/index.d.ts'],
      ['node10', Node10, undefined, 'dist/index.d.ts'],
    ] as const) {
      it(`has the declarations that ${title} take`, () => {
        const { resolvedModule } = ts.resolveModuleName(
          'januskv',
          join(application, 'main.ts'),
          { moduleResolution },
          ts.sys,
          undefined,
          undefined,
          mode,
        );
        assert.equal(resolvedModule && relative(ROOT, resolvedModule.resolvedFileName), declarations);
      });
    }
  });
});
