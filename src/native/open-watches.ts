/**
 * What libuv's loop watches for koffi in this thread. A thread that ends lets its loop turn once more, without JavaScript:
 * koffi, called then, ends the process with SIGABRT. So all watches are closed when the thread begins to end. Only one that
 * is terminated isn't told.
 */

/** A descriptor that libuv's loop watches. */
export interface LoopWatch {
  /** Whether it keeps the process running. It does at first. */
  ref(): void;
  unref(): void;
  close(): void;
}

const open = new Set<LoopWatch>();

/** @param watch koffi's, which is closed when nobody refers to it */
export function keepOpen(watch: LoopWatch): LoopWatch {
  if (open.size === 0) process.on('exit', closeAll);
  open.add(watch);
  return {
    ref: () => watch.ref(),
    unref: () => watch.unref(),
    close() {
      open.delete(watch);
      if (open.size === 0) process.off('exit', closeAll);
      watch.close();
    },
  };
}

function closeAll(): void {
  for (const watch of open) watch.close();
}
