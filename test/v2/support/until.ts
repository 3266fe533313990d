/** Lets the loop turn until something has happened; the test's own timeout is the limit. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise(setImmediate);
}
