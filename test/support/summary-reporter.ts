/**
 * mocha's usual report, closed with one line that a program can read: `N passed, N failed`. It is the last line also when
 * the run is cut off by SIGTERM, and when the process can't end because something was left open: both count as a failure.
 */
import Mocha from 'mocha';
import { killAll, mark, markedProcesses } from './marked-processes.js';

const MARK = 'JANUSKV_TEST_RUN';
/** For what closes after the last test. */
const END_DEADLINE_MS = 10_000;
/** For the processes that run files: they say what they were doing. */
const LAST_WORDS_MS = 500;

class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    mark(MARK);
    const cutOff = (): void => {
      setTimeout(() => this.#cutOff(), LAST_WORDS_MS);
    };
    process.once('SIGTERM', cutOff);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      process.off('SIGTERM', cutOff);
      this.#summarise(0);
      setTimeout(() => {
        const left = process.getActiveResourcesInfo().join(', ');
        this.#fail(`after the last test something keeps the process from ending: ${left}`);
      }, END_DEADLINE_MS).unref();
    });
  }

  #cutOff(): void {
    const left = markedProcesses(MARK);
    killAll(left);
    // Set at the end only.
    this.stats.duration ??= performance.now();
    this.epilogue();
    for (const { command } of left) Mocha.reporters.Base.consoleLog(`killed: ${command}`);
    this.#fail('the run was cut off');
  }

  #summarise(failuresMore: number): void {
    const { passes, failures } = this.stats;
    Mocha.reporters.Base.consoleLog('%d passed, %d failed', passes, failures + failuresMore);
  }

  #fail(reason: string): void {
    Mocha.reporters.Base.consoleLog(reason);
    this.#summarise(1);
    // mocha says what it has counted to the latest, and this comes later.
    process.on('exit', () => {
      process.exitCode = 1;
    });
    process.exit(1);
  }
}

export default SummaryReporter;
