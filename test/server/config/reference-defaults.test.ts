/** The directives of a real redis-server, and what they are when nothing is configured. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { describeWithReference, startReference } from '../../support/reference-server.js';

/** Where januskv's default differs, and why. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ['tcp-backlog', '511 drops connections when thousands come at once'],
  ['syslog-ident', 'names the program'],
]);

/** What this test's server was started with, or depends on the machine. */
const GIVEN = new Set([
  'port',
  'bind',
  'save',
  'enable-debug-command',
  'dir',
  'maxclients',
  'rdb-key-save-delay',
]);

/** Hidden in 7.2: CONFIG GET shows it by its whole name only. */
const NOT_OURS = new Set(['aof-disable-auto-gc']);

describeWithReference('the defaults, compared with redis-server', () => {
  let theirs: Map<string, string>;

  before(async () => {
    const reference = await startReference();
    const client = await reference.connect();
    const reply = await client.call('CONFIG', 'GET', '*');
    assert.ok(Array.isArray(reply));
    theirs = new Map();
    for (let at = 0; at < reply.length; at += 2) theirs.set(String(reply[at]), String(reply[at + 1]));
    await client.quit();
    await reference.stop();
  });

  it('are of all the same names', () => {
    const ours = new Config().matching(['*']);
    assert.deepEqual(
      [...theirs.keys()].filter((name) => !ours.has(name) && !NOT_OURS.has(name)),
      [],
    );
  });

  it('are the same, but for those that differ on purpose', () => {
    const ours = new Config().matching(['*']);
    const different = [...theirs].filter(
      ([name, value]) => ours.has(name) && ours.get(name) !== value && !GIVEN.has(name),
    );
    assert.deepEqual(different.map(([name]) => name).sort(), [...DIFFERENCES.keys()].sort());
  });
});
