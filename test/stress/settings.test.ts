import assert from 'node:assert/strict';
import { parseCoreList } from '../../stress/run/pinning.js';
import { parseCommandLine } from '../../stress/settings.js';

function runOf(...args: string[]) {
  const commandLine = parseCommandLine(args);
  if (commandLine.kind !== 'run') throw new Error(`parsed as ${commandLine.kind}`);
  return commandLine;
}

describe("the stress lab's command line", () => {
  it('is the ramp of 1k 2k 4k 8k without arguments, k being 1024', () => {
    const { scenarios, sizes } = runOf().settings;
    assert.deepEqual(scenarios, ['ramp']);
    assert.deepEqual(sizes, [1024, 2048, 4096, 8192]);
  });

  it('takes sizes as rungs of the ramp', () => {
    assert.deepEqual(runOf('8k').settings.sizes, [8192]);
    assert.deepEqual(runOf('1k', '500').settings.sizes, [1024, 500]);
  });

  it('takes contenders by name and by command', () => {
    const commandLine = runOf('--contenders', 'v2,own', '--contender', 'own=server -p {port} a=b');
    assert.deepEqual(commandLine.contenderNames, ['v2', 'own']);
    assert.deepEqual(commandLine.customContenders, [{ name: 'own', command: 'server -p {port} a=b' }]);
  });

  it('runs the ramp beside scenarios only when sizes ask for it', () => {
    assert.deepEqual(runOf('c10k', 'storm').settings.scenarios, ['c10k', 'storm']);
    assert.deepEqual(runOf('c10k', '2k').settings.scenarios, ['ramp', 'c10k']);
  });

  it('repeats and compares reports instead of running', () => {
    assert.equal(parseCommandLine(['8k', '--help']).kind, 'help');
    assert.deepEqual(parseCommandLine(['--compare', 'a.json', 'b.json']), {
      kind: 'compare',
      before: 'a.json',
      after: 'b.json',
    });
    assert.deepEqual(parseCommandLine(['--repeat', 'a.json']), {
      kind: 'repeat',
      report: 'a.json',
      outputFolder: 'stress/reports',
    });
  });

  const MISTAKES: [args: string[], message: RegExp][] = [
    [['--rounds', 'many'], /--rounds many: expected a number from 1/],
    [['--duration', '0'], /--duration 0/],
    [['--rate', ''], /--rate/],
    [['--contender', 'name'], /expected name='command with \{port\}'/],
    [['--contender', 'name=command'], /no \{port\}/],
    [['0'], /at least one/],
    [['--unknown'], /--unknown/],
    [['--compare', 'a.json'], /two files/],
  ];
  for (const [args, message] of MISTAKES) {
    it(`refuses ${args.join(' ')} and says why`, () => assert.throws(() => parseCommandLine(args), message));
  }
});

describe('core lists of the kernel', () => {
  it('are read as single cores and spans', () => {
    assert.deepEqual(parseCoreList('0-2,5,8-9'), [0, 1, 2, 5, 8, 9]);
    assert.deepEqual(parseCoreList('3'), [3]);
  });
});
