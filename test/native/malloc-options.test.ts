/** What malloc is told, as far as it says so: what it then keeps depends on who else allocates. */
import assert from 'node:assert/strict';
import { loadKoffi, loadLibrary } from '../../src/native/koffi.js';
import { returnFreedMemory } from '../../src/native/malloc-options.js';
import { SystemError } from '../../src/native/system-error.js';
import { describeOnLinux } from '../support/linux.js';

describe('returnFreedMemory', () => {
  it('refuses where libc is not known', async () => {
    await assert.rejects(
      returnFreedMemory('darwin', 'arm64'),
      (error) => error instanceof SystemError && error.code === 'ENOSYS',
    );
  });
});

describeOnLinux('returnFreedMemory', () => {
  it('is heeded by glibc, and does no harm elsewhere', async () => {
    const library = loadLibrary(await loadKoffi(process.platform, process.arch), process.arch);
    let isGlibc = true;
    try {
      library.func('gnu_get_libc_version', 'str', []);
    } catch {
      isGlibc = false;
    }
    assert.equal(await returnFreedMemory(), isGlibc);
  });
});
