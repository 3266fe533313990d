import assert from 'node:assert/strict';
import { BadManifest, Manifest, parseManifest } from '../../../src/server/persistence/aof-manifest.js';

const TEXT =
  'file a.2.base.rdb seq 2 type b\nfile a.1.incr.aof seq 1 type h\nfile a.2.incr.aof seq 2 type i\nfile a.3.incr.aof seq 3 type i\n';

describe('the manifest of an append-only file', () => {
  it('is read and written in the same form', () => {
    const manifest = parseManifest(TEXT);
    assert.deepEqual(manifest.base, { name: 'a.2.base.rdb', sequence: 2 });
    assert.deepEqual(
      manifest.increments.map(({ sequence }) => sequence),
      [2, 3],
    );
    assert.equal(manifest.toString(), TEXT);
  });

  it('knows notes, words in any order, and names in quotes', () => {
    const manifest = parseManifest('# a note\ntype b seq 1 file "my file\\x01.rdb" startoffset 7\n');
    assert.equal(manifest.base?.name, 'my file\x01.rdb');
    assert.equal(manifest.toString(), 'file "my file\\x01.rdb" seq 1 type b\n');
  });

  it('takes a new base in place of what it holds', () => {
    const before = parseManifest(TEXT).withIncrement({ name: 'a.4.incr.aof', sequence: 4 });
    const after = before.withBase({ name: 'a.3.base.rdb', sequence: 3 }, 4);
    assert.deepEqual(
      after.increments.map(({ name }) => name),
      ['a.4.incr.aof'],
    );
    assert.deepEqual(
      after.history.map(({ name }) => name),
      ['a.1.incr.aof', 'a.2.base.rdb', 'a.2.incr.aof', 'a.3.incr.aof'],
    );
    assert.equal(new Manifest(null, []).lastBaseSequence, 0);
  });

  const refused: readonly (readonly [text: string, reason: RegExp])[] = [
    ['', /empty/],
    ['file a seq 1\n', /Invalid/],
    ['file a seq x type i\n', /Invalid/],
    ['file a seq 1 type z\n', /Invalid/],
    ['file a seq 0 type i\n', /Invalid/],
    ['file "a seq 1 type i\n', /Invalid/],
    ['\n', /Invalid/],
    ['file ../a seq 1 type i\n', /path/],
    ['file a seq 1 type b\nfile b seq 2 type b\n', /duplicate base/],
    ['file a seq 1 type b\nfile b seq 2 type b\n', /at line 2 >>> 'file b seq 2 type b'$/],
    ['file a seq 1 type b\nfile b seq 1 type i', /too long line/],
    ['file a seq 2 type i\nfile b seq 2 type i\n', /non-monotonic/],
    [`file ${'a'.repeat(1100)} seq 1 type i\n`, /too long line/],
  ];
  for (const [text, reason] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 50))}`, () => {
      assert.throws(
        () => parseManifest(text),
        (error) => error instanceof BadManifest && reason.test(error.message),
      );
    });
  }
});
