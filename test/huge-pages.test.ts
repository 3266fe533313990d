/** The arena's chunks carry the kernel's flag for huge pages once they were asked for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Arena } from '../src/engine/arena.js';
import { useHugePages } from '../src/huge-pages.js';
import { loadLibc } from '../src/native/libc.js';
import { describeOnLinux } from './v2/support/linux.js';

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
