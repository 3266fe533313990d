/** What the kernel is told about the arena's memory, seen from the kernel's side. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Arena } from '../../src/engine/arena.js';
import { loadLibc } from '../../src/native/libc.js';
import { AddressReserve } from '../../src/process/address-reserve.js';
import { useHugePages } from '../../src/process/huge-pages.js';
import { describeOnLinux } from '../support/linux.js';

describeOnLinux('useHugePages', () => {
  it('advises the chunks that are there and those to come', async () => {
    const arena = new Arena();
    const first = arena.allocate(1000);
    await useHugePages(arena);
    const second = arena.allocate(32 * 1024 * 1024);
    const libc = await loadLibc();
    for (const ref of [first, second]) {
      const middle = libc.addressOf(arena.bytesOf(ref)) + arena.bytesOf(ref).length / 2;
      assert.match(flagsOf(middle), /\bhg\b/);
    }
  });

  it('has memory come with its use in a reserve, in large pages', async () => {
    const arena = new Arena();
    const reserve = new AddressReserve(new ArrayBuffer(64 * 1024 * 1024));
    await useHugePages(arena, reserve);
    const chunk = arena.bytesOf(arena.allocate(1000));
    const libc = await loadLibc();
    assert.match(flagsOf(libc.addressOf(chunk) + chunk.length / 2), /\bhg\b/);
    assert.equal(chunk.buffer, reserve.memory);
  });

  it('gives the pages of a dropped chunk back, and the chunk serves again', async () => {
    const arena = new Arena();
    await useHugePages(arena);
    const refs = Array.from({ length: 12 }, () => arena.allocate(3 * 1024 * 1024));
    const chunk = arena.bytesOf(refs[11]);
    const middle = chunk.length / 2;
    chunk[middle] = 1;
    // The chunk that empties first is kept as it is.
    for (const ref of refs) arena.free(ref);
    while (!arena.collectDropped());
    assert.equal(chunk[middle], 0);
    const again = Array.from({ length: 12 }, () => arena.allocate(3 * 1024 * 1024));
    assert.ok(again.some((ref) => arena.bytesOf(ref).buffer === chunk.buffer));
  });
});

/** VmFlags of the mapping around an address. Source: proc_pid_smaps(5). */
function flagsOf(address: number): string {
  let isInside = false;
  for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
    if (range !== null) {
      isInside = address >= Number.parseInt(range[1], 16) && address < Number.parseInt(range[2], 16);
    } else if (isInside && line.startsWith('VmFlags:')) {
      return line;
    }
  }
  return '';
}
