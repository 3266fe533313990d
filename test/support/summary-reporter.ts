/** mocha's usual report, closed with one line that a program can read: `N passed, N failed`. */
import Mocha from 'mocha';

class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      Mocha.reporters.Base.consoleLog('%d passed, %d failed', passes, failures);
    });
  }
}

export default SummaryReporter;
