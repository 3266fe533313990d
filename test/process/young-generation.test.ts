/** In a process of its own: there is no way back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const program = (keepsSmall: boolean): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepYoungGenerationSmall } from './src/process/young-generation.ts';
  if (${keepsSmall}) keepYoungGenerationSmall();
  const bytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const survivors = Array.from({ length: 400_000 }, (_, index) => ({ index }));
  console.log(JSON.stringify(survivors.length > 0 ? bytes() : 0));
`;

/** Not how much it grew: newer versions of V8 take the pages of what they may have one by one. */
function bytesAfter(source: string): number {
  const words = ['--import', 'tsx', '--input-type=module', '--eval', source];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 }));
}

describe("V8's young generation", () => {
  it('grows while much survives, unless it is kept small', function () {
    this.timeout(60_000);
    const grownBytes = bytesAfter(program(false));
    const keptBytes = bytesAfter(program(true));
    assert.ok(
      keptBytes > 0 && 2 * keptBytes < grownBytes,
      `${keptBytes} bytes kept small, ${grownBytes} not`,
    );
  });
});
