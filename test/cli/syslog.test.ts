import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../src/base/clock.js';
import { Log } from '../../src/command-line/log.js';
import { Syslog } from '../../src/command-line/syslog.js';
import { Config } from '../../src/server/config/config.js';
import { DEBUG, NOTICE, WARNING } from '../../src/server/log-levels.js';
import { DatagramReceiver } from '../support/datagram-receiver.js';
import { describeOnLinux } from '../support/linux.js';

describeOnLinux('syslog', () => {
  let directory: string;
  let path: string;
  let receiver: DatagramReceiver;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'januskv-syslog-'));
    path = join(directory, 'log');
    receiver = await DatagramReceiver.at(path);
  });
  afterEach(() => {
    receiver.close();
    rmSync(directory, { recursive: true });
  });

  it('is told what the log says, when it is enabled', async () => {
    const config = new Config({ 'syslog-enabled': true, 'syslog-facility': 'local3', loglevel: 'debug' });
    const clock = new ManualClock(new Date(2026, 10, 1, 8, 3, 9, 7).getTime());
    const lines: string[] = [];
    const log = new Log(config, clock, (line) => lines.push(line));
    log.syslog = await Syslog.open(config, path);
    log.write(DEBUG, 'little');
    log.write(WARNING, 'much');
    assert.equal(lines.length, 2);
    const header = `Nov  1 08:03:09 januskv[${process.pid}]: `;
    assert.deepEqual(receiver.received(), [`<${19 * 8 + 7}>${header}little`, `<${19 * 8 + 4}>${header}much`]);
  });

  it('is told under the name of syslog-ident, and after it was started anew', async () => {
    const config = new Config({ 'syslog-enabled': true, 'syslog-ident': 'cache', 'syslog-facility': 'user' });
    const log = new Log(config, new ManualClock(0), () => {});
    log.syslog = await Syslog.open(config, path);
    receiver.close();
    rmSync(path);
    receiver = await DatagramReceiver.at(path);
    log.write(NOTICE, 'here again');
    const [text] = receiver.received();
    assert.match(text, new RegExp(`^<13>.* cache\\[${process.pid}\\]: here again$`));
  });

  it('is nobody unless it is enabled', async () => {
    assert.equal(await Syslog.open(new Config(), path), null);
  });
});
