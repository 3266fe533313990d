/** In a process of its own: there is no way back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const program = (keepsSmall: boolean): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepYoungGenerationSmall } from './src/young-generation.ts';
  if (${keepsSmall}) keepYoungGenerationSmall();
  const bytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const before = bytes();
  const survivors = Array.from({ length: 400_000 }, (_, index) => ({ index }));
  console.log(JSON.stringify(survivors.length > 0 && bytes() > before));
`;

function growsIn(source: string): boolean {
  const words = ['--import', 'tsx', '--input-type=module', '--eval', source];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 }));
}

describe("V8's young generation", () => {
  it('grows while much survives, unless it is kept small', function () {
    this.timeout(60_000);
    assert.equal(growsIn(program(false)), true);
    assert.equal(growsIn(program(true)), false);
  });
});
