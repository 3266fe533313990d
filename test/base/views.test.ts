import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyView, equalViews, keptViewOf, viewOf } from '../../src/base/views.js';

function view(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

describe('views', () => {
  it('keeps the view of the Buffer in use, and changes it only after several uses in a row', () => {
    const first = Buffer.from('first');
    const second = Buffer.from('second');
    while (viewOf(first) === null);
    const kept = viewOf(first);
    assert.equal(kept?.getUint8(0), 'f'.charCodeAt(0));
    for (let use = 0; use < 20; use++) {
      assert.equal(viewOf(second), null);
      assert.equal(viewOf(first), kept);
      viewOf(Buffer.from('third'));
    }
    assert.equal(keptViewOf(second), null);
    for (let use = 0; use < 3; use++) assert.equal(viewOf(second), null);
    assert.equal(viewOf(second)?.getUint8(0), 's'.charCodeAt(0));
    assert.equal(keptViewOf(first), null);
  });

  it('does not hold on to a huge Buffer', () => {
    const huge = Buffer.alloc((1 << 20) + 1);
    for (let use = 0; use < 10; use++) assert.equal(viewOf(huge), null);
  });

  it('copies and compares any length at any offsets, and touches nothing beside', () => {
    const span = fc.record({ message: fc.uint8Array({ maxLength: 100 }), from: fc.nat(5), to: fc.nat(5) });
    fc.assert(
      fc.property(span, ({ message, from, to }) => {
        const source = Buffer.alloc(from + message.length + 3, 1);
        const target = Buffer.alloc(to + message.length + 3, 2);
        Buffer.from(message).copy(source, from);
        copyView(view(source), from, view(target), to, message.length);
        assert.deepEqual(target.subarray(to, to + message.length), Buffer.from(message));
        assert.ok(target.subarray(0, to).every((byte) => byte === 2));
        assert.ok(target.subarray(to + message.length).every((byte) => byte === 2));
        assert.ok(equalViews(view(source), from, view(target), to, message.length));
        for (let index = 0; index < message.length; index++) {
          target[to + index] ^= 0x80;
          assert.ok(!equalViews(view(source), from, view(target), to, message.length));
          target[to + index] ^= 0x80;
        }
      }),
    );
  });
});
