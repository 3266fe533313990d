/**
 * The timers of the process as they were when this module was loaded. The fake timers of a test runner replace the global
 * ones and those of `node:timers`, and a server in that process would stand still with them: it goes on in real time.
 */
import * as timers from 'node:timers';

export const { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = timers;
