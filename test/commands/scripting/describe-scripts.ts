/** Suites of one-line scripts: each is run by EVAL without keys, and its reply compared byte for byte. */
import { createHash } from 'node:crypto';
import { describeCommand } from '../../support/describe-command.js';

/** In RESP3 the same as in RESP2 where only one is given. `SHA` in a reply stands for the script's SHA1. */
export type ScriptReply = readonly [script: string, resp2: string, resp3?: string];

export function describeScripts(title: string, replies: readonly ScriptReply[]): void {
  describeCommand('EVAL', ({ wire }) => {
    describe(title, () => {
      for (const [script, resp2, resp3 = resp2] of replies) {
        it(`of ${JSON.stringify(script)} is Redis' own`, () => {
          const sha = createHash('sha1').update(Buffer.from(script, 'latin1')).digest('hex');
          const named = (reply: string): string => reply.replace('SHA', sha);
          return wire(['EVAL', script, 0], { resp2: named(resp2), resp3: named(resp3) });
        });
      }
    });
  });
}
