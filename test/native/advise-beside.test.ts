/** What is done beside with memory, seen in the kernel's page table. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { loadAdviseBeside } from '../../src/native/advise-beside.js';
import { MADV_DONTNEED } from '../../src/native/constants.js';
import { loadLibc } from '../../src/native/libc.js';
import { describeOnLinux } from '../support/linux.js';

const PAGE_BYTES = 4096;
/** Of each page. Source: Documentation/admin-guide/mm/pagemap.rst. */
const ENTRY_BYTES = 8;
const PRESENT = 0x80;

describeOnLinux('a touch beside', () => {
  it('makes a page resident, and changes nothing in it', async function () {
    const { touch } = await loadAdviseBeside();
    if (touch === null) return this.skip(); // this build of Node has no libstdc++
    const libc = await loadLibc();
    const memory = Buffer.from(new ArrayBuffer(2048 * PAGE_BYTES));
    const start = libc.addressOf(memory);
    const page = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES + 1024 * PAGE_BYTES;
    // Somebody may have had it before.
    libc.madvise(page, PAGE_BYTES, MADV_DONTNEED);
    assert.equal(isResident(page), false);
    await new Promise<void>((resolve) => touch(page, resolve));
    assert.equal(isResident(page), true);
    assert.ok(memory.every((byte) => byte === 0));
    memory.writeInt32LE(-2, page - start);
    await new Promise<void>((resolve) => touch(page, resolve));
    assert.equal(memory.readInt32LE(page - start), -2);
  });
});

function isResident(address: number): boolean {
  const pagemap = openSync('/proc/self/pagemap', 'r');
  const entry = Buffer.alloc(ENTRY_BYTES);
  readSync(pagemap, entry, 0, ENTRY_BYTES, (address / PAGE_BYTES) * ENTRY_BYTES);
  closeSync(pagemap);
  return (entry[ENTRY_BYTES - 1] & PRESENT) !== 0;
}
