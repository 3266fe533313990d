import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../src/index.js';
import { connect } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

describe('the program keeps data', () => {
  const programs: Program[] = [];
  let folder: string;

  const run = (words: readonly string[] = []): Program => {
    const program = new Program(['--listen', 'v1:127.0.0.1:0', '--dir', folder, ...words]);
    programs.push(program);
    return program;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'januskv-kept-'));
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.end();
    }
    rmSync(folder, { recursive: true });
  });

  it('from one run to the next, by default, whether SIGTERM or SHUTDOWN ends it', async () => {
    const first = run();
    let client = await connect(portOf((await first.ready())[0]));
    await client.call('SET', 'a', '1', 'EX', '1000');
    first.signal('SIGTERM');
    assert.equal(await first.end(), 0);
    assert.ok(existsSync(join(folder, 'dump.rdb')));

    const second = run();
    client = await connect(portOf((await second.ready())[0]));
    assert.equal(await client.call('GET', 'a'), '1');
    await client.call('SET', 'b', '2');
    client.send('SHUTDOWN\r\n');
    assert.equal(await second.end(), 0);

    // In code it is loaded when the directory is named.
    const server = await createServer({ port: 0, config: { dir: folder } });
    client = await connect(server.port);
    assert.equal(await client.call('GET', 'b'), '2');
    client.close();
    await server.close();
  });

  it('not when it is told so', async () => {
    const program = run(['--save', '']);
    const client = await connect(portOf((await program.ready())[0]));
    await client.call('SET', 'a', '1');
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
    assert.ok(!existsSync(join(folder, 'dump.rdb')));
  });

  it('and does not start over a file that it can not read', async () => {
    const path = join(folder, 'dump.rdb');
    writeFileSync(path, 'REDIS0010 and then something else');
    const program = run();
    assert.equal(await program.end(), 1);
    assert.match(
      program.stdout + program.stderr,
      /Fatal error loading the DB: .*dump\.rdb: unexpected end of file \(at byte 9\)/,
    );
  });
});
