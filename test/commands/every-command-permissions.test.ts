/** What holds of permissions for every command there is, found from its declaration alone. */
import assert from 'node:assert/strict';
import { Argv } from '../../src/commands/argv.js';
import { ACCESS, DELETE, INSERT, NO_AUTH, UPDATE } from '../../src/commands/flags.js';
import type { Client } from '../support/client.js';
import { MemoryServer, openConfig } from '../support/memory-server.js';
import type { Sample } from '../support/sample-request.js';
import { encodeRequest, show } from '../support/words.js';
import { commands, keys, MEANINGLESS, table } from './support/sampled-commands.js';

/** The reply, or a note that there is none. */
function run(client: Client, words: readonly string[]): string {
  client.send(encodeRequest(words));
  const reply = client.takeReply();
  return reply === null ? 'no reply' : show(reply);
}

/** What a request does with each of its keys. */
function keyFlagsOf(id: number, { words }: Sample): number[] {
  const flags: number[] = [];
  keys.find(id, new Argv().assign(words), (_index, each) => flags.push(each));
  return flags;
}

describe('Every command', () => {
  it('is refused to a user without permission', () => {
    const memory = new MemoryServer({ config: openConfig() });
    const admin = memory.connect();
    run(admin, ['ACL', 'SETUSER', 'idle', 'on', 'nopass', '~*', '&*']);
    run(admin, ['ACL', 'SETUSER', 'keyless', 'on', 'nopass', '+@all', '&*']);
    const failures: string[] = [];
    for (const { id, name, samples } of commands) {
      if ((table.flagsOf[id] & NO_AUTH) !== 0) continue;
      // EXEC says what its refusal means for the transaction.
      const before = name === 'exec' ? 'EXECABORT Transaction discarded because of: ' : '';
      const refusals = {
        idle: `-${before}NOPERM User idle has no permissions to run the '${name}' command\r\n`,
      };
      if (keyFlagsOf(id, samples[0]).length > 0) {
        Object.assign(refusals, { keyless: '-NOPERM No permissions to access a key\r\n' });
      }
      for (const [user, expected] of Object.entries(refusals)) {
        const client = memory.connect();
        run(client, ['AUTH', user, '']);
        const reply = run(client, samples[0].words);
        if (reply !== show(Buffer.from(expected))) failures.push(`${user}: ${samples[0].title}: ${reply}`);
        client.close();
      }
    }
    assert.deepEqual(failures, []);
  });

  it('reads and writes only where its user may', () => {
    const client = new MemoryServer({ config: openConfig() }).connect();
    run(client, ['ACL', 'SETUSER', 'reader', 'on', 'nopass', '+@all', '&*', '%R~*']);
    run(client, ['ACL', 'SETUSER', 'writer', 'on', 'nopass', '+@all', '&*', '%W~*']);
    const failures: string[] = [];
    for (const { id, samples } of commands) {
      for (const sample of samples.filter(({ title }) => !MEANINGLESS.has(title))) {
        const flags = keyFlagsOf(id, sample);
        const needs = {
          reader: flags.some((each) => (each & (INSERT | UPDATE | DELETE)) !== 0),
          writer: flags.some((each) => (each & ACCESS) !== 0),
        };
        for (const [user, isRefused] of Object.entries(needs)) {
          const reply = run(client, ['ACL', 'DRYRUN', user, ...sample.words]);
          if (/has no permissions to access/.test(reply) !== isRefused) {
            failures.push(`${user}: ${sample.words.join(' ')}: ${reply}`);
          }
        }
      }
    }
    assert.deepEqual(failures, []);
  });
});
