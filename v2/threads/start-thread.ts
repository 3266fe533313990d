/**
 * Starts a thread of this program. In the bundle each thread's program is a file of its own, beside the one that
 * starts it. In the source it is TypeScript: what taught Node to read that taught the main thread alone, so the
 * thread learns it first.
 */
import { type TransferListItem, Worker } from 'node:worker_threads';

/**
 * @param starterUrl `import.meta.url` of the module that starts it, in whose folder it lies
 * @param name of its file, without the extension
 * @param transferList what of its data becomes the thread's own
 */
export function startThread(
  starterUrl: string,
  name: string,
  workerData: unknown,
  transferList: TransferListItem[] = [],
): Worker {
  if (!starterUrl.endsWith('.ts')) {
    return new Worker(new URL(`./${name}.js`, starterUrl), { workerData, transferList });
  }
  const program = new URL(`./${name}.ts`, starterUrl).href;
  return new Worker(new URL('./from-source.mjs', import.meta.url), {
    workerData,
    transferList,
    argv: [program],
  });
}
