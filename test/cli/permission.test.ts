/** Under Node's permission model, without leave to load native code. */
import assert from 'node:assert/strict';
import { describeOnLinux } from '../support/linux.js';
import { connect } from '../support/socket-client.js';
import { Program, portOf } from './support/program.js';

/** What this Node calls it. */
const MODEL = ['--permission', '--experimental-permission'].find((name) =>
  process.allowedNodeEnvironmentFlags.has(name),
);
/** For all but native code, as far as this Node knows it. tsx, which starts januskv from source, has a child compile. */
const LEAVE = [
  '--allow-fs-read=*',
  '--allow-fs-write=*',
  '--allow-worker',
  '--allow-child-process',
  '--allow-net',
].filter((option) => process.allowedNodeEnvironmentFlags.has(option.replace('=*', '')));

describeOnLinux('januskv under node --permission', () => {
  const programs: Program[] = [];

  /** @param leave given beside the usual */
  function run(words: readonly string[], ...leave: readonly string[]): Program {
    const environment = { NODE_OPTIONS: [MODEL, ...LEAVE, ...leave].join(' ') };
    const program = new Program(['--listen', '127.0.0.1:0', '--save', '', ...words], '', environment);
    programs.push(program);
    return program;
  }

  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL');
      await program.end();
    }
  });

  it('serves by v1', async () => {
    const program = run([]);
    const [address] = await program.ready();
    assert.match(address, / \(v1\)$/);
    const client = await connect(portOf(address));
    assert.equal(await client.call('PING'), 'PONG');
    await client.quit();
    program.signal('SIGTERM');
    assert.equal(await program.end(), 0);
  });

  it('says what v2 lacks', async () => {
    const program = run(['--frontend', 'v2']);
    assert.equal(await program.end(), 1);
    assert.match(program.stderr, /^januskv: koffi: ENOSYS: .*native calls on linux-\S+: .*addons.*disabled/m);
  });

  it('serves by v2 with --allow-addons', async () => {
    const [address] = await run([], '--allow-addons').ready();
    assert.match(address, / \(v2\)$/);
  });
});
