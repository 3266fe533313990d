/** Users from configuration and from files, and what becomes of clients when they change. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsersUnusable } from '../../../src/server/acl/users.js';
import { Config } from '../../../src/server/config/config.js';
import { readLines } from '../../../src/server/config/read-lines.js';
import { MemoryServer } from '../../support/memory-server.js';

function configured(...lines: string[]): Config {
  const config = new Config();
  readLines(config, lines.join('\n'), () => []);
  return config;
}

describe('configured users', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-acl-'));
    file = join(folder, 'users.acl');
  });
  after(() => rmSync(folder, { recursive: true }));

  const serve = (...lines: string[]) => new MemoryServer({ config: configured(...lines) });

  it('come from lines of the configuration', async () => {
    const client = serve('user alice on nopass +get ~x (+set ~y)', 'user default on >x +@all').connect();
    await client.refused('NOAUTH Authentication required.', 'GET', 'x');
    await client.call('AUTH', 'alice', '');
    assert.equal(await client.call('GET', 'x'), null);
    assert.equal(await client.call('SET', 'y', 1), 'OK');
    assert.equal(await client.call('AUTH', 'default', 'x'), 'OK');
    // It is the line that counts, not what the default user was before.
    await client.refused('NOPERM No permissions to access a key', 'GET', 'x');
  });

  it('keep the server from starting when they can not be had', () => {
    const refused = (message: RegExp, ...lines: string[]) =>
      assert.throws(
        () => serve(...lines),
        (error) => error instanceof UsersUnusable && message.test(error.message),
      );
    refused(
      /^Error loading ACL rule '\+nosuch' for the user named 'alice': Unknown command/,
      'user alice +nosuch',
    );
    refused(/^Spaces not allowed in ACL usernames$/, 'user "a b"');
    refused(/^Configuring users in .* at the same time is invalid/, 'user alice on', `aclfile ${file}`);
    refused(/Error loading ACLs, opening file '\/nowhere': No such file or directory$/, 'aclfile /nowhere');
    writeFileSync(file, 'user alice bla\n');
    refused(/users\.acl:1: Syntax error\. WARNING: ACL errors detected/, `aclfile ${file}`);
  });

  it('with a password for the default user leave it that password', async () => {
    const client = serve('requirepass x', 'user alice on nopass').connect();
    assert.equal(await client.call('AUTH', 'x'), 'OK');
    await client.call('CONFIG', 'SET', 'requirepass', '');
    assert.match(
      String(await client.call('ACL', 'LIST')),
      /user default on nopass sanitize-payload ~\* &\* \+@all/,
    );
    await client.call('ACL', 'SETUSER', 'default', '>y');
    const other = serve('requirepass x').connect();
    await other.refused('NOAUTH Authentication required.', 'PING');
  });

  it('are loaded from a file, and saved to it', async () => {
    writeFileSync(file, 'user alice on nopass +@all ~a\nuser bob on nopass\n');
    const memory = serve(`aclfile ${file}`);
    const admin = memory.connect();
    assert.deepEqual(await admin.call('ACL', 'USERS'), ['alice', 'bob', 'default']);
    await admin.call('ACL', 'SETUSER', 'carol', '>x', '(+get ~b)');
    assert.equal(await admin.call('ACL', 'SAVE'), 'OK');
    const saved = readFileSync(file, 'latin1');
    assert.equal(
      saved.replace(/#\w{64}/, '#'),
      'user alice on nopass sanitize-payload ~a resetchannels +@all\n' +
        'user bob on nopass sanitize-payload resetchannels -@all\n' +
        'user carol off sanitize-payload # resetchannels -@all (~b resetchannels -@all +get)\n' +
        'user default on nopass sanitize-payload ~* &* +@all\n',
    );
    assert.deepEqual(readdirSync(folder), ['users.acl']);
    await admin.call('ACL', 'DELUSER', 'bob');
    assert.equal(await admin.call('ACL', 'LOAD'), 'OK');
    assert.deepEqual(await admin.call('ACL', 'USERS'), ['alice', 'bob', 'carol', 'default']);
  });

  it('stay as they are when the file is wrong', async () => {
    writeFileSync(file, 'user alice on nopass\n');
    const admin = serve(`aclfile ${file}`).connect();
    writeFileSync(file, 'user alice off\nuser bob bla\n');
    await admin.refused(
      `ERR ${file}:2: Syntax error. WARNING: ACL errors detected, no change to the previously active ACL rules was performed`,
      'ACL',
      'LOAD',
    );
    assert.deepEqual(await admin.call('ACL', 'LIST'), [
      'user alice on nopass sanitize-payload resetchannels -@all',
      'user default on nopass sanitize-payload ~* &* +@all',
    ]);
    rmSync(file);
    await admin.refused(
      `ERR Error loading ACLs, opening file '${file}': No such file or directory`,
      'ACL',
      'LOAD',
    );
  });

  it('that are loaded again keep their clients, unless they are gone or hear too much', async () => {
    writeFileSync(file, 'user alice on nopass +@all ~a &*\nuser bob on nopass +@all\n');
    const memory = serve(`aclfile ${file}`);
    const admin = memory.connect();
    const [alice, listener, bob] = [memory.connect(), memory.connect(), memory.connect()];
    for (const client of [alice, listener]) await client.call('AUTH', 'alice', '');
    await bob.call('AUTH', 'bob', '');
    await listener.raw('SUBSCRIBE', 'c');
    writeFileSync(file, 'user alice on nopass +@all ~b &d\n');
    await admin.call('ACL', 'LOAD');
    await Promise.all([listener.end(), bob.end()]);
    assert.equal(await alice.call('GET', 'b'), null);
    await alice.refused('NOPERM No permissions to access a key', 'GET', 'a');
    assert.equal(await admin.call('ACL', 'WHOAMI'), 'default');
  });

  it('are written by CONFIG REWRITE, unless they have a file of their own', async () => {
    const path = join(folder, 'redis.conf');
    writeFileSync(path, 'user alice on nopass\nhz 10\n');
    const memory = serve('user alice on nopass', 'hz 10');
    memory.server.config.file = path;
    const admin = memory.connect();
    await admin.call('ACL', 'SETUSER', 'alice', '+get');
    await admin.call('CONFIG', 'REWRITE');
    const text = readFileSync(path, 'latin1');
    assert.equal(
      text,
      'user alice on nopass sanitize-payload resetchannels -@all +get\nhz 10\n' +
        '\n# Generated by CONFIG REWRITE\nlatency-tracking-info-percentiles 50 99 99.9\nsave 3600 1\nsave 300 100\nsave 60 10000\n' +
        `dir "${process.cwd()}"\n` +
        'user default on nopass sanitize-payload ~* &* +@all\n',
    );
    writeFileSync(file, '');
    const other = serve(`aclfile ${file}`);
    other.server.config.file = path;
    await other.connect().call('CONFIG', 'REWRITE');
    assert.doesNotMatch(readFileSync(path, 'latin1'), /^user /m);
  });
});

describe('the default user', () => {
  it('decides whether those who came before it had a password have to log in', async () => {
    const memory = new MemoryServer();
    const admin = memory.connect();
    await admin.call('ACL', 'SETUSER', 'default', '>x');
    const client = memory.connect();
    await client.refused('NOAUTH Authentication required.', 'PING');
    await admin.call('ACL', 'SETUSER', 'default', 'nopass');
    assert.equal(await client.call('PING'), 'PONG');
    await admin.call('ACL', 'SETUSER', 'default', 'off');
    await client.refused('NOAUTH Authentication required.', 'PING');
    assert.equal(await admin.call('PING'), 'PONG');
  });
});
