import assert from 'node:assert/strict';
import { INCOMPLETE, KEY_BYTES, KeyValues, WRONG } from '../../stress/load/key-values.js';

const SIZES = [1, 3, 16, 21, 22, 64, 300, 70_000];

function request(write: (to: Buffer) => number): string {
  const buffer = Buffer.alloc(80_000);
  return buffer.toString('latin1', 0, write(buffer));
}

/** The value that a SET carries. */
function valueSet(values: KeyValues, client: number, key: number, version: number): string {
  const parts = request((to) => values.writeSet(client, key, version, to, 0)).split('\r\n');
  return parts[6];
}

describe('keys and values of the load', () => {
  for (const bytes of SIZES) {
    it(`makes SETs whose value of ${bytes} bytes a GET is checked against, cut anywhere`, () => {
      const values = new KeyValues([{ bytes, weight: 1 }], 1);
      const value = valueSet(values, 42, 3, 9);
      assert.equal(value.length, bytes);
      const reply = Buffer.from(`$${bytes}\r\n${value}\r\n`);
      assert.equal(values.getReplyBytes(42, 3, 9), reply.length);
      assert.equal(values.checkGet(42, 3, 9, reply, 0, reply.length), reply.length);
      const step = Math.ceil(reply.length / 100);
      for (let cut = 0; cut < reply.length; cut += step) {
        assert.equal(values.checkGet(42, 3, 9, reply, 0, cut), INCOMPLETE, `cut at ${cut}`);
      }
    });

    it(`finds any wrong byte in a reply of ${bytes} bytes`, () => {
      const values = new KeyValues([{ bytes, weight: 1 }], 1);
      const reply = Buffer.from(`$${bytes}\r\n${valueSet(values, 42, 3, 9)}\r\n`);
      const step = Math.ceil(reply.length / 100);
      for (let at = 0; at < reply.length; at += step) {
        const damaged = Buffer.from(reply);
        damaged[at] ^= 1;
        assert.equal(values.checkGet(42, 3, 9, damaged, 0, damaged.length), WRONG, `byte ${at}`);
      }
    });
  }

  it('tells the last version from the one before', () => {
    const values = new KeyValues([{ bytes: 64, weight: 1 }], 1);
    const old = Buffer.from(`$64\r\n${valueSet(values, 1, 0, 4)}\r\n`);
    assert.equal(values.checkGet(1, 0, 5, old, 0, old.length), WRONG);
  });

  it('gives every client keys of its own', () => {
    const values = new KeyValues([{ bytes: 3, weight: 1 }], 1);
    const first = request((to) => values.writeGet(12, 3, to, 0));
    const second = request((to) => values.writeGet(1, 23, to, 0));
    assert.notEqual(first, second);
    assert.equal(first, `*2\r\n$3\r\nGET\r\n$${KEY_BYTES}\r\ns:0000012:000003\r\n`);
  });

  it('draws sizes by their weight, the same for every look', () => {
    const values = new KeyValues(
      [
        { bytes: 16, weight: 3 },
        { bytes: 100, weight: 1 },
      ],
      1,
    );
    let small = 0;
    for (let version = 1; version <= 4000; version++) {
      if (values.valueBytes(1, 1, version) === 16) small++;
      assert.equal(values.valueBytes(1, 1, version), values.valueBytes(1, 1, version));
    }
    assert.ok(small > 2800 && small < 3200, `${small} of 4000`);
  });

  it('takes OK and nothing else for a SET', () => {
    const values = new KeyValues([{ bytes: 3, weight: 1 }], 1);
    const check = (reply: string): number => values.checkSet(Buffer.from(reply), 0, reply.length);
    assert.equal(check('+OK\r\n'), 5);
    assert.equal(check('+OK\r\n+OK\r\n'), 5);
    assert.equal(check('+OK'), INCOMPLETE);
    assert.equal(check('-ERR no\r\n'), WRONG);
    assert.equal(check('$2\r\nOK\r\n'), WRONG);
  });
});
