/** Unfinished requests: their bytes survive growing and moving, and announcements are not believed blindly. */
import assert from 'node:assert/strict';
import { Inbox, InboxPool } from '../../../v2/reactor/inbox.js';

const MEGABYTE = 1024 * 1024;

/** Counts what is allocated; the addresses are never used. */
class Meter {
  readonly sizes: number[] = [];
  addressOf(bytes: Buffer): number {
    this.sizes.push(bytes.length);
    return 0;
  }
}

describe('inbox', () => {
  it('keeps its bytes when it grows and when it moves them', () => {
    const text = Buffer.from('0123456789'.repeat(20));
    const inbox = new Inbox(new InboxPool(new Meter()), text, 0, 150, 0);
    inbox.start = 100;
    inbox.append(text, 0, 100);
    assert.equal(
      inbox.bytes.toString('latin1', inbox.start, inbox.end),
      text.toString('latin1', 100, 150) + text.toString('latin1', 0, 100),
    );
    inbox.append(text, 0, 200);
    assert.equal(inbox.heldBytes, 350);
  });

  it('takes the wanted size at once when that is little', () => {
    const meter = new Meter();
    const inbox = new Inbox(new InboxPool(meter), Buffer.alloc(100), 0, 100, 0);
    inbox.reserve(900_000);
    assert.equal(meter.sizes.length, 2);
    assert.ok(meter.sizes[1] >= 900_000 && meter.sizes[1] <= 1.25 * 900_000, `${meter.sizes[1]}`);
    assert.equal(inbox.roomBytes, meter.sizes[1] - 100);
  });

  it('does not give half a gigabyte for an announcement', () => {
    const meter = new Meter();
    const inbox = new Inbox(new InboxPool(meter), Buffer.alloc(100), 0, 100, 0);
    inbox.reserve(512 * MEGABYTE);
    assert.deepEqual(meter.sizes.slice(1), [MEGABYTE]);
  });

  it('copies a large request a few times at most', () => {
    const meter = new Meter();
    const wanted = 100 * MEGABYTE;
    const piece = Buffer.alloc(256 * 1024);
    const inbox = new Inbox(new InboxPool(meter), piece, 0, piece.length, 0);
    while (inbox.heldBytes < wanted) {
      inbox.reserve(wanted);
      const count = Math.min(inbox.roomBytes, piece.length);
      inbox.end += count;
    }
    assert.equal(inbox.heldBytes, wanted);
    assert.ok(meter.sizes.length <= 4, meter.sizes.join(', '));
    assert.equal(meter.sizes.at(-1), wanted);
  });

  it('doubles when only a little more is wanted, as the next argument of many', () => {
    const meter = new Meter();
    const inbox = new Inbox(new InboxPool(meter), Buffer.alloc(40_000), 0, 40_000, 0);
    for (let round = 0; round < 100_000; round++) {
      inbox.reserve(inbox.heldBytes + 15);
      inbox.end += 15;
    }
    assert.ok(meter.sizes.length <= 8, meter.sizes.join(', '));
  });

  it('doubles when it is not told what is wanted', () => {
    const meter = new Meter();
    const inbox = new Inbox(new InboxPool(meter), Buffer.alloc(40_960), 0, 40_960, 0);
    inbox.reserve(0);
    assert.equal(inbox.bytes.length, 81_920);
  });
});
