/** What a program leaves when it ends, and what the next one does with it: in processes of their own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = `
  import { loadCompiled } from './src/process/compiled-code.ts';
  const [script, kept, seconds] = process.argv.slice(1);
  process.uptime = () => Number(seconds);
  const { answer } = loadCompiled(script, kept);
  process.stdout.write(String(answer()));
`;

describe('compiled code', function () {
  this.timeout(60_000);
  let folder = '';
  let script = '';
  let kept = '';

  const run = (seconds = 0): string => {
    const words = [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      PROGRAM,
      script,
      kept,
      String(seconds),
    ];
    return execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 });
  };
  const answering = (answer: string): void =>
    writeFileSync(
      script,
      `const { sep } = require('node:path').posix;\nexports.answer = () => '${answer}' + sep;\n`,
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-compiled-'));
    script = join(folder, 'script.cjs');
    kept = join(folder, 'of', 'its', 'own', 'code');
    answering('first');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is left when the program ends, and taken by the next one', () => {
    assert.equal(run(), 'first/');
    const left = statSync(kept);
    assert.equal(run(), 'first/');
    assert.equal(statSync(kept).ino, left.ino);
  });

  it('is left anew, once, by a program that ran for long enough to call most of it', () => {
    run();
    const brief = statSync(kept);
    run(10);
    const long = statSync(kept);
    assert.notEqual(long.ino, brief.ino);
    run();
    run(10);
    assert.equal(statSync(kept).ino, long.ino);
  });

  it('is not taken for another script of the same length', () => {
    run();
    answering('other');
    assert.equal(run(), 'other/');
    assert.equal(run(), 'other/');
  });

  it('is left anew where V8 refuses it', () => {
    run();
    const code = readFileSync(kept);
    code.fill(7, 40, 60);
    writeFileSync(kept, code);
    assert.equal(run(), 'first/');
    assert.notDeepEqual(readFileSync(kept), code);
    assert.equal(run(), 'first/');
  });

  it('is not needed, and need not be left', () => {
    writeFileSync(join(folder, 'of'), 'a file where a folder should be');
    assert.equal(run(), 'first/');
    rmSync(join(folder, 'of'));
    mkdirSync(kept, { recursive: true });
    assert.equal(run(), 'first/');
  });
});
