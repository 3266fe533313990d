import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import ts from 'typescript';
import { isShipped, isTest, readSourceFiles, type SourceFile } from './source-files.js';

/** One idea a file, about 300 lines; and a function on a screen. */
const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 80;

/** Longer ones that were looked at and are one idea. Nothing grows: lower a number when its file shrinks. */
const LONGER_FILES: Readonly<Record<string, number>> = {};

interface Ban {
  readonly title: string;
  readonly pattern: RegExp;
  /** What to do instead. */
  readonly instead: string;
  readonly appliesTo: (file: SourceFile) => boolean;
}

const unless =
  (...paths: readonly string[]) =>
  (file: SourceFile): boolean =>
    isShipped(file) && !paths.some((path) => file.path.startsWith(path));

const everywhere = (file: SourceFile): boolean => file.path !== 'test/architecture/tidy.test.ts';

const BANS: readonly Ban[] = [
  {
    title: 'reads no clock but the injected one',
    pattern: /\bDate\.now\(|\bperformance\.now\(|process\.hrtime|new Date\(\)/,
    instead: 'time comes from the injected Clock (src/base/clock.ts)',
    appliesTo: unless('src/base/clock.ts'),
  },
  {
    title: 'throws no dice but the injected ones',
    pattern: /\bMath\.random\(/,
    instead: 'chance comes from the injected Random (src/base/random.ts), seeds and secrets from node:crypto',
    appliesTo: isShipped,
  },
  {
    title: 'has one timer',
    pattern: /\bset(Timeout|Interval|Immediate)\(/,
    instead: 'work that is due later is done by tick; the ticker is the one timer',
    appliesTo: unless('src/ticker.ts', 'src/cli', 'v1/', 'v2/'),
  },
  {
    title: 'ends the process nowhere but at the command line',
    pattern: /\bprocess\.(exit|abort)\(/,
    instead: 'only the command line ends the process, and by its exit code',
    appliesTo: unless('src/cli'),
  },
  {
    title: 'prints nothing but at the command line',
    pattern: /\bconsole\.\w+\(/,
    instead: 'troubles go to the report that the server was created with',
    appliesTo: unless('src/cli'),
  },
  {
    title: 'leaves nothing for later',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: 'do it now, or leave it to an issue',
    appliesTo: everywhere,
  },
  {
    title: "doesn't silence the compiler",
    pattern: /@ts-(ignore|expect-error|nocheck)/,
    instead: 'say what type it is',
    appliesTo: everywhere,
  },
  {
    title: 'runs every test',
    pattern: /\b(describe|it|context|specify)\.only\(/,
    instead: 'the others have to run too',
    appliesTo: everywhere,
  },
  {
    title: 'stops in no debugger',
    pattern: /^\s*debugger\b/,
    instead: 'it was for one afternoon',
    appliesTo: everywhere,
  },
  {
    title: 'has no barrels',
    pattern: /\bexport \* from\b/,
    instead: 'import from the file that defines it: barrels hide who needs what',
    appliesTo: everywhere,
  },
];

/** Names that say nothing, so that anything ends up there. */
const EMPTY_NAMES = /^(utils?|helpers?|misc|common|shared|stuff|lib|types|constants?|index)$/;
const NAMES_ALLOWED = ['src/index.ts', 'src/native/constants.ts'];

/** Tests of the whole, which mirror no folder of the source. */
const WHOLE_SUITES = [
  'architecture',
  'contract',
  'differential',
  'embedding',
  'faults',
  'support',
  'fuzz',
  'clients',
  'applications',
  'simulation',
];

const files = readSourceFiles();

const at = (file: SourceFile, line: number): string => `${file.path}:${line + 1}`;

function matches(ban: Ban): string[] {
  return files
    .filter(ban.appliesTo)
    .flatMap((file) =>
      file.lines.flatMap((text, line) =>
        ban.pattern.test(text) ? [`${at(file, line)}: ${text.trim()}`] : [],
      ),
    );
}

function longFunctions(file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      if (last - first + 1 > FUNCTION_LINES_MAX) found.push(`${at(file, first)}: ${last - first + 1} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('The repository', () => {
  for (const ban of BANS) {
    it(ban.title, () => {
      assert.deepEqual(matches(ban), [], ban.instead);
    });
  }

  it('takes the timers that nobody fakes', () => {
    const faked = files.filter(
      (file) =>
        isShipped(file) &&
        /(?<![.\w])(set|clear)(Timeout|Interval|Immediate)\(/.test(file.text) &&
        !file.text.includes("/timers.js'"),
    );
    assert.deepEqual(
      faked.map(({ path }) => path),
      [],
      'import timers from src/base/timers.ts: a test runner in the same process may replace the global ones',
    );
  });

  it('has files of one idea each', () => {
    const long = files.filter(({ path, lines }) => lines.length > (LONGER_FILES[path] ?? FILE_LINES_MAX));
    assert.deepEqual(
      long.map(({ path, lines }) => `${path}: ${lines.length} lines`),
      [],
      `a file has ${FILE_LINES_MAX} lines at most: split it where it changes its subject`,
    );
  });

  it('allows no file more lines than it needs', () => {
    const slack = Object.entries(LONGER_FILES).filter(([path, allowed]) => {
      const file = files.find((candidate) => candidate.path === path);
      return file === undefined || file.lines.length < allowed - 20;
    });
    assert.deepEqual(slack, [], 'lower the number, or take the file off the list');
  });

  it('has functions that fit a screen', () => {
    assert.deepEqual(files.filter(isShipped).flatMap(longFunctions), []);
  });

  it('names files for what they are, in kebab case', () => {
    const misnamed = files.filter(
      ({ path, name }) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|fuzz))?$/.test(name) ||
        (EMPTY_NAMES.test(name) && !NAMES_ALLOWED.includes(path)),
    );
    assert.deepEqual(
      misnamed.map(({ path }) => path),
      [],
    );
  });

  it('opens each file with what it is', () => {
    const mute = files.filter(
      (file) => !isTest(file) && !/^(#!.*\n)?\/\*\*/.test(file.text) && !isFamily(file),
    );
    assert.deepEqual(
      mute.map(({ path }) => path),
      [],
      'begin the file with a paragraph: what it is, what it must not know, what always holds',
    );
  });

  it('keeps tests where their subject is', () => {
    const lost = files.filter(isTest).filter(({ path }) => {
      const [, top] = path.split('/');
      if (WHOLE_SUITES.includes(top)) return false;
      const mirrored = path.replace(/^test\//, '').replace(/\/[^/]+$/, '');
      if (mirrored.includes('.test.')) return false;
      return ![`src/${mirrored}`, `src/${mirrored}.ts`, mirrored].some((place) => existsSync(place));
    });
    assert.deepEqual(
      lost.map(({ path }) => path),
      [],
      'test/ mirrors src/, v1/ and v2/: a test lies in the folder of what it tests',
    );
  });

  it('speaks of no machine in particular', () => {
    const found = files
      .filter(everywhere)
      .flatMap((file) =>
        file.lines.flatMap((text, line) => (/\/(work|home|Users)\//.test(text) ? [at(file, line)] : [])),
      );
    assert.deepEqual(found, []);
  });
});

/** Differential families are data, all of one kind, which grammar.ts explains. */
function isFamily(file: SourceFile): boolean {
  return file.folder === 'test/differential/families';
}
