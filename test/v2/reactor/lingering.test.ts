/** How long connections that are over wait for their peers. */
import assert from 'node:assert/strict';
import type { Libc } from '../../../src/native/libc.js';
import type { NativeBuffer } from '../../../src/native/native-buffer.js';
import { EAGAIN } from '../../../src/native/system-error.js';
import { Lingering } from '../../../v2/reactor/lingering.js';

/** Of peers that neither send nor close. */
const silent = { shutdown: () => 0, recv: () => -EAGAIN } as unknown as Libc;
const trash = { address: 0n, bytes: Buffer.alloc(16) } as unknown as NativeBuffer;

describe('connections that linger', () => {
  it('wait less for their peers when the server ends, those that already did as well', async () => {
    const released: number[] = [];
    await new Promise<void>((resolve) => {
      const release = (fd: number): void => {
        released.push(fd);
        if (released.length === 3) resolve();
      };
      const patient = new Lingering(silent, trash, release);
      const hasty = new Lingering(silent, trash, release);
      patient.add(1);
      hasty.add(2);
      hasty.hasten();
      hasty.add(3);
    });
    assert.deepEqual(released, [2, 3, 1]);
  });
});
