/** Begins the rehearsal of a process that is the server's alone. */
import { systemClock } from '../base/clock.js';
import { loadLibc } from '../native/libc.js';
import { ENOSYS, SystemError } from '../native/system-error.js';
import type { Frontend } from '../server/frontend.js';
import { VERBOSE } from '../server/log-levels.js';
import type { JanusServer } from '../server/server.js';
import { Ticker } from '../ticker.js';
import { Rehearsal } from './rehearsal.js';
import { RequestStage } from './stage.js';

/** @returns what ends it; null where there is none: without libc, or where no frontend can take part */
export async function beginRehearsal(
  server: JanusServer,
  allFrontends: Iterable<Frontend>,
  createUnderstudy: () => JanusServer,
): Promise<(() => void) | null> {
  const frontends = [...allFrontends].filter(({ adopt }) => adopt !== undefined);
  if (frontends.length === 0) return null;
  const libc = await loadLibc().catch((error: unknown) => {
    if (error instanceof SystemError && error.errno === ENOSYS) return null;
    throw error;
  });
  if (libc === null) return null;
  const host = { libc, frontends, createUnderstudy };
  const audience = {
    get clientCount() {
      return server.sessions.size;
    },
    get requestCount() {
      return server.statistics.total;
    },
  };
  const rehearsal = new Rehearsal(systemClock, audience, () => new RequestStage(host));
  const ticker = new Ticker(() => {
    const delayMs = proceed(rehearsal, server);
    if (delayMs === Number.POSITIVE_INFINITY) ticker.stop();
    return delayMs;
  }, systemClock);
  ticker.hold(false);
  ticker.start();
  return () => {
    ticker.stop();
    rehearsal.end();
  };
}

/** A machine that has no descriptors or no memory left doesn't lose its server for want of a rehearsal. */
function proceed(rehearsal: Rehearsal, server: JanusServer): number {
  try {
    return rehearsal.tick();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    server.log(VERBOSE, `the rehearsal ends early: ${error.message}`);
    rehearsal.end();
    return Number.POSITIVE_INFINITY;
  }
}
