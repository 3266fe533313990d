/** How a command of the lab is stopped: `kill`, `timeout` and Ctrl-C reach it alone, and it has to end its servers. */

/** 128 + SIGINT, as shells have it. */
export const EXIT_STOPPED = 130;

/** A signal ends what is under way in good order, however often it comes. @returns aborted by SIGINT and SIGTERM */
export function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
