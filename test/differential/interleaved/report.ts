/** A divergence of an interleaved run as a person reads it: who sent what, and who heard what. */
import { show } from '../../support/words.js';
import { showRequest } from '../report.js';
import type { Divergence } from './run.js';

export function describeInterleaving(divergence: Divergence, replay: string): string {
  const { step, cue, listener, ours, theirs, history } = divergence;
  const who = listener === -1 ? 'the data' : `client ${listener}`;
  return [
    `step ${step}, ${who} after client ${cue.line} sent ${showRequest(cue.request)}`,
    `  januskv      ${ours.map((frame) => show(frame)).join(' ') || 'nothing'}`,
    `  redis-server ${theirs.map((frame) => show(frame)).join(' ') || 'nothing'}`,
    `  after ${history.length} steps:`,
    ...history.slice(-30).map(({ line, request }) => `    ${line}: ${showRequest(request)}`),
    `  replay: ${replay}`,
  ].join('\n');
}
