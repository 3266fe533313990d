/** What is left of a process that ends on DEBUG's word: a report in its log, and the signal that a shell sees. */
import assert from 'node:assert/strict';
import { connect } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

const posix = process.platform === 'win32' ? describe.skip : describe;

posix('a process that crashes', () => {
  async function crash(word: string, ...directives: string[]): Promise<Program & { status: unknown }> {
    const program = new Program([
      '--listen',
      '127.0.0.1:0',
      '--save',
      '',
      '--enable-debug-command',
      'yes',
      ...directives,
    ]);
    const [address] = await program.ready();
    const client = await connect(portOf(address));
    await assert.rejects(client.call('DEBUG', word), /closed/);
    return Object.assign(program, { status: await program.end() });
  }

  const REPORT =
    /=== REDIS BUG REPORT START[\s\S]*redis_version:7[\s\S]*id=\d+ addr=[\s\S]*=== REDIS BUG REPORT END/;

  it('says which assertion failed, and what it knew', async () => {
    const { status, stdout } = await crash('ASSERT');
    assert.equal(status, 'SIGABRT');
    assert.match(stdout, /=== ASSERTION FAILED ===/);
    assert.match(stdout, REPORT);
  });

  it('says that it has panicked, and only that when it is to keep no report', async () => {
    const { status, stdout } = await crash(
      'PANIC',
      '--crash-log-enabled',
      'no',
      '--use-exit-on-panic',
      'yes',
    );
    assert.equal(status, 1);
    assert.match(stdout, /Guru Meditation: called by DEBUG PANIC/);
    assert.doesNotMatch(stdout, /BUG REPORT/);
  });

  it('names the signal', async () => {
    const { status, stdout } = await crash('SEGFAULT');
    assert.equal(status, 'SIGSEGV');
    assert.match(stdout, /crashed by signal: 11/);
    assert.match(stdout, REPORT);
  });
});
