import { Config } from '../../../src/server/config/config.js';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';

describeCommand('FAILOVER', ({ refused }) => {
  it('has nobody to hand over to', async () => {
    for (const words of [
      [],
      ['TO', '127.0.0.1', '1'],
      ['TIMEOUT', '100'],
      ['TO', 'host', '1', 'FORCE', 'TIMEOUT', '9'],
    ]) {
      await refused('ERR FAILOVER requires connected replicas.', 'FAILOVER', ...words);
    }
    await refused('ERR No failover in progress.', 'FAILOVER', 'ABORT');
  });

  it('refuses what it does not understand', async () => {
    for (const words of [['x'], ['ABORT', 'x'], ['TO', 'host'], ['TIMEOUT'], ['FORCE', 'FORCE']]) {
      await refused('ERR syntax error', 'FAILOVER', ...words);
    }
    await refused('ERR FAILOVER timeout must be greater than 0', 'FAILOVER', 'TIMEOUT', '0');
    await refused('ERR value is not an integer or out of range', 'FAILOVER', 'TIMEOUT', 'x');
  });
});

describeCommand('MODULE', ({ refused }) => {
  it('loads none', async () => {
    const notAllowed =
      'ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
    await refused(notAllowed, 'MODULE', 'LOAD', '/module.so', 'argument');
    await refused(notAllowed, 'MODULE', 'LOADEX', '/module.so', 'CONFIG', 'name', 'value');
    await refused(notAllowed, 'MODULE', 'UNLOAD', 'name');
    await refused("ERR wrong number of arguments for 'module|load' command", 'MODULE', 'LOAD');
  });
});

describe('MODULE where enable-module-command allows it', () => {
  it('tells that nothing can be loaded', async () => {
    const client = new MemoryServer({ config: new Config({ 'enable-module-command': 'yes' }) }).connect();
    const notLoaded = 'ERR Error loading the extension. Please check the server logs.';
    await client.refused(notLoaded, 'MODULE', 'LOAD', '/module.so');
    await client.refused(notLoaded, 'MODULE', 'LOADEX', '/module.so');
    await client.refused(
      'ERR Error unloading module: no such module with that name',
      'MODULE',
      'UNLOAD',
      'x',
    );
  });
});
