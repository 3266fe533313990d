/**
 * mocha's usual report, closed with one line that a program can read: `N passed, N failed`. It is the last line also when
 * the run is cut off by SIGTERM, and when the process can't end because something was left open: both count as a failure.
 */
import Mocha from 'mocha';

/** For what closes after the last test. */
const END_DEADLINE_MS = 10_000;

class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const cutOff = (): void => {
      this.epilogue();
      this.#fail('the run was cut off');
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
