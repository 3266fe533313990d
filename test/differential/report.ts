/** A divergence as a person reads it, with what it takes to see it again. */
import { show, type Word } from '../support/words.js';
import type { Divergence } from './run.js';

export interface RunName {
  readonly family: string;
  readonly frontend: string;
  readonly resp: number;
  readonly seed: number;
}

export function describeDivergence(divergence: Divergence, name: RunName): string {
  const { step, request, ours, theirs, history, isInState } = divergence;
  const { family, frontend, resp, seed } = name;
  const lines = [
    `${family}, RESP${resp}, ${frontend}, step ${step}${isInState ? ': the data differs' : ''}: ${showRequest(request)}`,
    `  januskv      ${ours === null ? 'no reply' : show(ours, 600)}`,
    `  redis-server ${theirs === null ? 'no reply' : show(theirs, 600)}`,
    `  after ${history.length} commands:`,
    ...history.slice(-30).map((earlier) => `    ${showRequest(earlier)}`),
    `  replay: npm run differential -- --family ${family} --frontend ${frontend} --resp ${resp} --seed ${seed}`,
  ];
  return lines.join('\n');
}

export function showRequest(request: readonly Word[]): string {
  return request.map(showWord).join(' ');
}

function showWord(word: Word): string {
  const text = Buffer.isBuffer(word) ? word.toString('latin1') : String(word);
  if (/^[!#-&(-~]{1,60}$/.test(text)) return text;
  return show(Buffer.from(text, 'latin1'), 80);
}
