/** A soak of some seconds as a process: what it finds, what it leaves, and that it ends by itself. Linux only. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeCommand } from '../../stress/run/generator-process.js';
import type { SoakReport } from '../../stress/soak/report.js';
import type { Sample } from '../../stress/soak/samples.js';
import { judgeDescriptors, judgeFlatness } from '../../stress/soak/verdict.js';
import { describeOnLinux } from '../support/linux.js';

const MAIN = fileURLToPath(new URL('../../stress/soak/main.ts', import.meta.url));
const MIB = 1024 * 1024;

function runSoak(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const [file, ...options] = nodeCommand(MAIN);
  const child = spawn(file, [...options, ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

describeOnLinux('a soak', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'januskv-soak-'));
  after(() => rmSync(folder, { recursive: true }));

  it('of both frontends at once finds every reply right and every count exact, and ends by itself', async () => {
    const { code, output } = await runSoak(
      '--at-once --contenders v1,v2 --clients 60 --duration 3 --rate 600 --churn 30 --key-life 1 --output'
        .split(' ')
        .concat(folder),
    );
    assert.equal(code, 0, output);
    const reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
    assert.equal(reports.length, 2);
    for (const name of reports) {
      const report: SoakReport = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      assert.ok(report.isWhole && report.samples.length > 0 && report.totals.commands > 0);
      assert.ok(report.totals.connections > 60, 'others have come for those that left');
    }
  });

  it('refuses arguments that make no sense', async () => {
    const { code, output } = await runSoak(['--clients', 'many']);
    assert.equal(code, 2);
    assert.match(output, /--clients many: expected a number/);
  });
});

describe('the verdict of a soak', () => {
  const sampleAt = (index: number, rssBytes: number): Sample => ({
    seconds: index * 30,
    rssBytes,
    usedMemoryBytes: MIB,
    descriptors: 120,
    connectedClients: 100,
    expectedClients: 100,
    keys: 1,
    commandsPerSecond: 1,
    departures: 0,
    p50Us: 1,
    p99Us: 1,
    p999Us: 1,
    maxUs: 1,
    stallMs: 0,
    ownStallMs: 0,
    collectionMs: 0,
    generatorStallMs: 0,
  });
  const series = (rss: (index: number) => number): Sample[] =>
    Array.from({ length: 60 }, (_, index) => sampleAt(index, rss(index)));
  const judge = (samples: readonly Sample[]): boolean =>
    judgeFlatness('RSS', samples, (sample) => sample.rssBytes).isGood;

  it('passes memory that warms up and then breathes', () => {
    assert.ok(judge(series((index) => (200 + Math.min(index, 15) * 10 + (index % 3)) * MIB)));
  });

  it('fails memory that goes on growing', () => {
    assert.ok(!judge(series((index) => (200 + index) * MIB)));
  });

  it('fails a descriptor that nobody holds', () => {
    const samples = series(() => MIB);
    assert.ok(judgeDescriptors(samples, 20).isGood);
    assert.ok(!judgeDescriptors([...samples, { ...sampleAt(60, MIB), descriptors: 121 }], 20).isGood);
  });
});
