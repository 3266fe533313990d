import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { readLines } from '../../../src/server/config/read-lines.js';
import { MemoryServer } from '../../support/memory-server.js';

const start = (text: string): MemoryServer => {
  const config = new Config();
  readLines(config, text, () => []);
  return new MemoryServer({ config });
};

describe('rename-command', () => {
  it('gives commands other names, in any case', async () => {
    const client = start(
      'rename-command CONFIG b840fc02d524045429941cc15f59e41cb7be6c52\nrename-command get Fetch',
    ).connect();
    await client.refused(
      "ERR unknown command 'CONFIG', with args beginning with: 'GET' 'hz' ",
      'CONFIG',
      'GET',
      'hz',
    );
    assert.deepEqual(await client.call('B840FC02D524045429941CC15F59E41CB7BE6C52', 'GET', 'hz'), [
      'hz',
      '10',
    ]);
    await client.call('SET', 'key', 'value');
    assert.equal(await client.call('fETCH', 'key'), 'value');
    await client.refused("ERR wrong number of arguments for 'get' command", 'FETCH');
  });

  it('takes commands away, also from transactions and scripts', async () => {
    const server = start("rename-command FLUSHALL ''");
    const client = server.connect();
    const unknown = "ERR unknown command 'FLUSHALL', with args beginning with: ";
    await client.refused(unknown, 'FLUSHALL');
    await client.call('MULTI');
    await client.refused(unknown, 'FLUSHALL');
    await client.refused('EXECABORT Transaction discarded because of previous errors.', 'EXEC');
    assert.match(
      String(await client.raw('EVAL', "return redis.call('FLUSHALL')", 0)),
      /^-ERR Unknown Redis command called from script script: /,
    );
    const count = Number(await client.call('COMMAND', 'COUNT'));
    assert.equal(count + 1, Number(await new MemoryServer().connect().call('COMMAND', 'COUNT')));
  });

  it('swaps names step by step', async () => {
    const client = start('rename-command GET old\nrename-command STRLEN GET').connect();
    await client.call('SET', 'key', 'value');
    assert.equal(await client.call('GET', 'key'), 5);
  });

  it('refuses names that are not there, and those that are', () => {
    assert.throws(() => start('rename-command NOSUCH x'), /No such command in rename-command/);
    assert.throws(() => start('rename-command GET SET'), /Target command name already exists/);
  });
});
