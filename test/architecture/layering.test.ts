import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { COMPOSITION_ROOT, LAYERS, rules } from './layers.js';
import { readSourceFiles } from './source-files.js';

async function violations(baseDir: string, folders: readonly string[]): Promise<string[]> {
  const { output } = await cruise(
    [...folders],
    {
      baseDir,
      ruleSet: { forbidden: [...rules] },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
    },
    { extensions: ['.ts', '.js'], conditionNames: ['import', 'default'] },
  );
  const { summary } = output as ICruiseResult;
  assert.ok(summary.totalCruised > 0, 'something was looked at');
  return summary.violations.map(({ from, to, rule }) => {
    const comment = rules.find(({ name }) => name === rule.name)?.comment;
    return `${from} imports ${to}: ${rule.name}. ${comment}`;
  });
}

describe('The layers', () => {
  it('import only what they may', async () => {
    assert.deepEqual(await violations(process.cwd(), ['src', 'v1', 'v2']), []);
  }).timeout(60_000);

  it('are known for every folder', () => {
    const known = [...LAYERS.map(({ folder }) => folder), ...COMPOSITION_ROOT];
    const unknown = readSourceFiles()
      .map(({ folder }) => folder)
      .filter(
        (folder) => folder.startsWith('src/') && !known.some((each) => `${folder}/`.startsWith(`${each}/`)),
      );
    assert.deepEqual(
      [...new Set(unknown)],
      [],
      'say in layers.ts what it may import, or that it joins everything',
    );
  });

  describe('in a tree with a violation planted', () => {
    let root: string;

    function plant(files: Record<string, string>): void {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    }

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'januskv-layers-'));
      cpSync('package.json', join(root, 'package.json'));
      symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
      plant({
        'src/base/bytes.ts': 'export const EMPTY = 0;',
        'src/engine/dict.ts': "import { EMPTY } from '../base/bytes.js';\nexport const dict = EMPTY;",
        'src/server/session.ts': 'export interface Session { id: number }',
        'src/native/libc.ts': 'export const libc = 0;',
        'v1/frontend.ts':
          "import type { Session } from '../src/server/session.js';\nexport type S = Session;",
        'v2/frontend.ts': "import { libc } from '../src/native/libc.js';\nexport const frontend = libc;",
        'v2/reactor/loop.ts': 'export const loop = 0;',
      });
    });

    afterEach(() => rmSync(root, { recursive: true }));

    const planted: readonly [title: string, path: string, text: string, rule: RegExp][] = [
      ['an import upwards', 'src/engine/list.ts', "import '../server/session.js';", /src\/engine may import/],
      [
        'an import of a type upwards',
        'src/base/clock.ts',
        "import type { dict } from '../engine/dict.js';\nexport type D = typeof dict;",
        /src\/base may import/,
      ],
      ['one frontend in another', 'v1/more.ts', "import '../v2/frontend.js';", /v1 may import/],
      [
        'Redis in the reactor',
        'v2/reactor/poll.ts',
        "import '../../src/server/session.js';",
        /v2\/reactor may import/,
      ],
      [
        'a system call in the server',
        'src/server/cpu.ts',
        "import '../native/libc.js';",
        /src\/server may import/,
      ],
      [
        'a socket in src',
        'src/server/listen.ts',
        "import { connect } from 'node:net';\nconnect(1);",
        /sockets of Node/,
      ],
      [
        'koffi outside of native',
        'v2/poll.ts',
        "import koffi from 'koffi';\nkoffi.load('');",
        /koffi only in/,
      ],
      ['a development dependency', 'v1/redis.ts', "import 'ioredis';", /development dependency/],
      ['a test in what ships', 'src/cli.ts', "import '../test/fake.js';", /imports test/],
      [
        'a test in a folder of the composition root',
        'src/command-line/log.ts',
        "import '../../test/fake.js';",
        /imports test/,
      ],
      ['a path that leads nowhere', 'src/server/lost.ts', "import './nowhere.js';", /every import is found/],
      ['a cycle', 'src/base/bytes.ts', "import './other.js';\nexport const EMPTY = 0;", /no cycles/],
    ];

    for (const [title, path, text, rule] of planted) {
      it(`reports ${title}`, async () => {
        plant({ 'test/fake.ts': '', 'src/base/other.ts': "import './bytes.js';", [path]: text });
        const found = await violations(root, ['src', 'v1', 'v2']);
        assert.equal(found.length, 1, found.join('\n'));
        assert.match(found[0], rule);
      });
    }

    it('reports nothing once they are gone', async () => {
      assert.deepEqual(await violations(root, ['src', 'v1', 'v2']), []);
    });
  });
});
