/** Replaces files so that the whole file is there, or the old one still is. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const FILE_MODE = 0o644;

/**
 * Gives a file another text: at no moment is it half written, not even when the machine stops.
 * @param text each character one byte
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.rewrite-${process.pid}`;
  const fd = openSync(draft, 'w', FILE_MODE);
  try {
    try {
      writeFileSync(fd, text, 'latin1');
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
