/** A parser with a bug behind three bytes in a row: only who follows the code from one to the next finds it. */
import type { FuzzTarget } from '../target.js';

const [FIRST, SECOND, THIRD] = Buffer.from('KV!');

export const createCanary = (): FuzzTarget => ({
  name: 'canary',
  dictionary: [],
  seeds: () => [Buffer.from('seed')],
  run(input) {
    if (input[0] !== FIRST) return;
    if (input[1] !== SECOND) return;
    if (input[2] !== THIRD) return;
    throw new Error('the canary sings');
  },
});
