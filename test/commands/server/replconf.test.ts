import { describeCommand } from '../../support/describe-command.js';

describeCommand('REPLCONF', ({ wire, refused }) => {
  it('is told of parts that a snapshot is to have', async () => {
    await wire('REPLCONF rdb-filter-only functions', '+OK\r\n');
    await wire(['REPLCONF', 'rdb-filter-only', ''], '+OK\r\n');
    await refused('ERR Unsupported rdb-filter-only option: x', 'REPLCONF', 'rdb-filter-only', 'functions x');
  });

  it('refuses what it does not understand', async () => {
    await refused('ERR value is not an integer or out of range', 'REPLCONF', 'rdb-only', 'x');
    await refused('ERR value is not an integer or out of range', 'REPLCONF', 'listening-port', 'x');
    await refused(
      'ERR REPLCONF ip-address provided by replica instance is too long: 256 bytes',
      'REPLCONF',
      'ip-address',
      'x'.repeat(256),
    );
    await refused('ERR Unrecognized REPLCONF option: x', 'REPLCONF', 'x', 'y');
    await refused('ERR syntax error', 'REPLCONF', 'capa');
  });
});
