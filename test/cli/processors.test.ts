import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Log } from '../../src/command-line/log.js';
import { keepToProcessors, parseProcessorList } from '../../src/command-line/processors.js';
import { Config } from '../../src/server/config/config.js';
import { describeOnLinux } from '../support/linux.js';
import { connect } from '../support/socket-client.js';
import { Program } from './support/program.js';

describe('a list of processors', () => {
  it('has numbers, ranges, and every so many of a range', () => {
    assert.deepEqual(parseProcessorList('3'), [3]);
    assert.deepEqual(parseProcessorList('0,2-4, 8-15:3'), [0, 2, 3, 4, 8, 11, 14]);
    assert.deepEqual(parseProcessorList('1023'), [1023]);
  });

  it('is none when anything else is in it', () => {
    for (const list of ['', 'x', '1,', '4-2', '1-', '0-7:0', '1024', '-1', '1:2']) {
      assert.equal(parseProcessorList(list), null, list);
    }
  });

  it('that is none is in the log, and the server goes on', async () => {
    const lines: string[] = [];
    const config = new Config({ server_cpulist: 'x' });
    await keepToProcessors(config, new Log(config, undefined, (line) => lines.push(line)));
    assert.match(lines.join(''), /server_cpulist 'x' is no list of processors/);
  });
});

describeOnLinux('server_cpulist', () => {
  it('keeps the thread that runs commands to its processors', async () => {
    const [allowed] = allowedOf('self').split(/[-,]/);
    const words = ['--port', '0', '--listen', '127.0.0.1:0', '--server_cpulist', allowed];
    const program = new Program(words);
    try {
      const [address] = await program.ready();
      const client = await connect(Number(/:(\d+)/.exec(address)?.[1]));
      const pid = /process_id:(\d+)/.exec(String(await client.call('INFO', 'server')))?.[1] ?? '';
      assert.equal(allowedOf(pid), allowed);
      await client.quit();
      program.signal('SIGTERM');
      assert.equal(await program.end(), 0);
    } finally {
      program.signal('SIGKILL');
    }
  });
});

/** Where the first thread of a process may run. */
function allowedOf(pid: string): string {
  return /Cpus_allowed_list:\t(.*)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
}
