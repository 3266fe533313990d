import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { worstRepeated } from '../../stress/bench/stall-watch.js';

describe('stalls of some rounds', () => {
  it('count again where most rounds had them in the same second', () => {
    const rounds = [
      [1, 6, 2, 1],
      [1, 7, 40, 1],
      [30, 6.5, 1, 1],
    ];
    assert.equal(worstRepeated(rounds), 6.5);
  });

  it('of one round are its longest', () => {
    assert.equal(worstRepeated([[1, 9, 3]]), 9);
  });

  it('come to nothing in seconds that few rounds lasted', () => {
    assert.equal(
      worstRepeated([
        [1, 2],
        [1, 2],
        [1, 2, 50],
      ]),
      2,
    );
  });

  it('are none where nothing was seen', () => {
    assert.equal(worstRepeated([[]]), 0);
  });
});

describe('the pauses of a machine', () => {
  it('are told for each second', () => {
    const program = fileURLToPath(new URL('../../stress/run/machine-pauses.mjs', import.meta.url));
    const seconds = JSON.parse(
      execFileSync(process.execPath, [program, '1'], { encoding: 'utf8' }),
    ) as number[];
    assert.equal(seconds.length, 1);
    assert.ok(seconds[0] > 0, `${seconds[0]} ms: two looks at a clock are apart`);
  });
});
