/** Whether a trial passed: every client counted once and finished, every reply right, every count the same on both sides. */
import type { GeneratorResult } from '../load/messages.js';
import type { AdminClient } from './admin-client.js';

/** @returns why it failed, in words; nothing when it passed */
export function judgeLoad(load: GeneratorResult): string[] {
  const failures = Object.entries(load.errors).map(([kind, count]) => `${kind} (${count})`);
  const { planned, finished, lost } = load.clients;
  if (lost > 0) failures.push(`${lost} of ${planned} clients were lost`);
  if (finished + lost !== planned) {
    failures.push(`${planned} clients, but ${finished} finished and ${lost} lost`);
  }
  if (lost === 0 && load.replies !== load.requests) {
    failures.push(`${load.requests} requests, but ${load.replies} replies`);
  }
  if (load.isWhole && load.operations === 0) failures.push('no operation was completed');
  return failures;
}

/** The server's own count of keys has to be ours: no write was dropped, none done twice under another name. */
export async function judgeKeyCount(admin: AdminClient, load: GeneratorResult): Promise<string[]> {
  if (load.clients.lost > 0) return [];
  try {
    const keys = Number(await admin.call('DBSIZE'));
    return keys === load.keysWritten
      ? []
      : [`${load.keysWritten} keys were written, the server counts ${keys}`];
  } catch (error) {
    return [`DBSIZE: ${(error as Error).message}`];
  }
}
