import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../../src/server/persistence/aof-gate.js';
import { nodeDisk } from '../../../src/server/persistence/node-disk.js';

describe('a file that grows', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-disk-'));
    path = join(directory, 'file');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const text = Buffer.from('0123456789');

  it('takes spans at its end, and lets them go again', () => {
    const file = nodeDisk.append(path, true);
    assert.equal(file.write(text, 2, 5), 3);
    assert.equal(file.sizeBytes, 3);
    file.write(text, 5, 10);
    file.truncate(4);
    file.write(text, 0, 1);
    file.sync();
    file.close();
    assert.equal(readFileSync(path, 'latin1'), '23450');
    const again = nodeDisk.append(path, false);
    again.write(text, 9, 10);
    again.close();
    assert.equal(readFileSync(path, 'latin1'), '234509');
    nodeDisk.append(path, true).close();
    assert.equal(readFileSync(path, 'latin1'), '');
  });

  it('is closed when a sync under way has ended', async () => {
    const file = nodeDisk.append(path, true);
    file.write(text, 0, 10);
    const synced = new Promise<Error | null>((resolve) => file.syncLater(resolve));
    file.close();
    assert.equal(await synced, null);
  });

  it('is there, is renamed, and goes', () => {
    nodeDisk.append(path, true).close();
    assert.ok(nodeDisk.has(path));
    nodeDisk.rename(path, `${path} renamed`);
    assert.ok(!nodeDisk.has(path) && existsSync(`${path} renamed`));
    nodeDisk.remove(`${path} renamed`);
    nodeDisk.remove(`${path} renamed`);
    nodeDisk.makeDirectory(join(directory, 'a', 'b'));
    nodeDisk.makeDirectory(join(directory, 'a', 'b'));
    assert.ok(nodeDisk.has(join(directory, 'a', 'b')));
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('says that the disk is full as Redis does (/dev/full: Linux)', () => {
    const file = nodeDisk.append('/dev/full', false);
    let error: Error | null = null;
    try {
      file.write(text, 0, 10);
    } catch (thrown) {
      error = thrown as Error;
    }
    file.close();
    assert.equal(reasonOf(error!), 'No space left on device');
  });
});

describe("a file that takes another one's place", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-disk-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('is whole, brought to the disk on the way or not', async () => {
    for (const syncsOnTheWay of [true, false]) {
      const path = join(directory, `file-${syncsOnTheWay}`);
      const draft = nodeDisk.draft(path, `${path}.draft`, syncsOnTheWay);
      const piece = Buffer.alloc(3 * 1024 * 1024, 'x');
      for (let written = 0; written < 4; written++) {
        assert.equal(await new Promise((resolve) => draft.write(piece, resolve)), null);
      }
      assert.ok(!existsSync(path));
      assert.equal(await new Promise((resolve) => draft.complete(resolve)), null);
      assert.equal(readFileSync(path).length, 4 * piece.length);
      assert.ok(!existsSync(`${path}.draft`));
    }
  });
});
