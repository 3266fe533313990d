/** A program that uses the library, in a process of its own: it might go down with it. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { endOf, endsWithUs } from '../../support/child-process.js';

/** On a machine that is busy each of its threads and workers may take seconds to start. */
const DEADLINE_MS = 60_000;

/** Of a test that runs one. */
export const PROGRAM_TIMEOUT_MS = DEADLINE_MS + 10_000;

/** @param name of a file in `programs` @returns what it printed, and its exit status or the signal that ended it */
export async function runProgram(name: string, ...words: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  endsWithUs(child);
  const [said, status] = await Promise.all([text(child.stdout), endOf(child, DEADLINE_MS)]);
  return `${said}${status}`;
}
