import assert from 'node:assert/strict';
import { Pacer } from '../../stress/load/pacer.js';

describe('the pacer of an open loop', () => {
  it('lets requests fall due at a fixed rate, in turns over the clients', () => {
    const pacer = new Pacer(3, 1000);
    pacer.start(0);
    const due: number[] = [];
    for (let client = pacer.nextDue(4500); client >= 0; client = pacer.nextDue(4500)) due.push(client);
    assert.deepEqual(due, [0, 1, 2, 0, 1]);
  });

  it('keeps the time at which a request was due, however late it is sent', () => {
    const pacer = new Pacer(2, 1000);
    pacer.start(0);
    assert.equal(pacer.take(1, 9000), 1000);
    assert.equal(pacer.take(1, 9000), 3000);
    assert.equal(pacer.dueUs(1), 5000);
  });

  it('does not count a request as sent before it is due', () => {
    const pacer = new Pacer(1, 1000);
    pacer.start(0);
    assert.equal(pacer.take(0, 0), 0);
    assert.equal(pacer.take(0, 500), 1000);
    assert.equal(pacer.take(0, 1000), 1000);
    assert.equal(pacer.take(0, 1000), 2000);
  });
});
