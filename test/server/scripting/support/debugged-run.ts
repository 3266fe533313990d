/** A debugging session over any connection: what the server says, request by request. */
import type { Client } from '../../../support/client.js';
import { type Word, wordsOf } from '../../../support/words.js';
import type { DebuggedScript } from './debugged-scripts.js';

/** Addresses are each server's own. */
const shownAlike = (reply: Buffer): string => reply.toString('latin1').replace(/@0x[0-9a-f]+/g, '@0x…');

/**
 * What goes on after the last request is aborted.
 * @param mode YES or SYNC
 * @returns a reply each, and EVAL's own last. The connection is closed
 */
export async function debugged(client: Client, mode: string, script: DebuggedScript): Promise<string[]> {
  const { before = [], evaluated, requests } = script;
  const answers: string[] = [];
  const ask = async (words: readonly Word[]): Promise<string> => {
    answers.push(shownAlike(await client.raw(...words)));
    return answers[answers.length - 1];
  };
  await ask(['SCRIPT', 'DEBUG', mode]);
  for (const words of before) await ask(words);
  const evaluation: readonly Word[] = ['EVAL', ...evaluated];
  let answer = await ask(evaluation);
  if (answer === '+QUEUED\r\n') answer = await ask(['EXEC']);
  for (const request of [...requests, 'abort']) {
    if (answer.includes('<endsession>')) break;
    answer = await ask(wordsOf(request));
  }
  if (!answer.includes('<endsession>')) throw new Error(`the session goes on after ${answer}`);
  answers.push(shownAlike(await client.reply()));
  await client.end();
  return answers;
}
