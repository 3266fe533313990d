import assert from 'node:assert/strict';
import { caveatsOf } from '../../stress/report/caveats.js';
import { chartsOf } from '../../stress/report/charts/choose.js';
import { svgFile } from '../../stress/report/charts/svg.js';
import { compareReports, comparisonCaveats } from '../../stress/report/compare.js';
import { csvReport } from '../../stress/report/csv.js';
import { FIGURES } from '../../stress/report/figures.js';
import { htmlReport } from '../../stress/report/html.js';
import { isGood, markdownReport } from '../../stress/report/markdown.js';
import type { Report } from '../../stress/report/model.js';
import { summaryOf } from '../../stress/report/summary.js';
import { rampReport, SETTINGS, sampleReport, sampleTrial } from './support/sample-report.js';

function sentencesOf(report: Report): string[] {
  return summaryOf(report).flatMap((section) => section.sentences);
}

/** The same report after every figure of one contender has changed by a factor. */
function changed(report: Report, contender: string, factor: number): Report {
  const trials = report.trials.map((trial) => {
    if (trial.contender !== contender) return trial;
    const { scenario, rung, round, server, latency } = trial;
    const [cpuUs, p99Us] = [server.cpuUsPerOperation * factor, latency.p99Us * factor];
    return sampleTrial({ scenario, rung, contender, round, cpuUs, p99Us });
  });
  return { ...report, trials };
}

describe("the report's summary", () => {
  it('names the winner under the last load and how far the others are behind', () => {
    const sentences = sentencesOf(rampReport());
    assert.match(
      sentences[0],
      /^With 8,192 clients, v2 spends the least CPU per request: 7\.24 µs; redis 17 % more \(8\.44 µs\); v1 50 % more/,
    );
  });

  it('calls no winner where the rounds of two overlap', () => {
    const report = changed(rampReport(), 'redis', 6 / 7);
    assert.match(sentencesOf(report)[0], /redis and v2 spend about the same CPU per request/);
  });

  it('calls nobody the best at what was not measured of him', () => {
    const report = rampReport();
    const untimed = (names: readonly string[]): Report => {
      const histogram = { buckets: [], maxUs: 0, sumUs: 0 };
      const latency = { p50Us: 0, p90Us: 0, p99Us: 0, p999Us: 0, maxUs: 0, meanUs: 0 };
      const trials = report.trials.map((trial) =>
        names.includes(trial.contender) ? { ...trial, histogram, latency } : trial,
      );
      return { ...report, trials };
    };
    const latencies = (of: Report): string[] => sentencesOf(of).filter((one) => / p99 latency: /.test(one));
    assert.match(
      latencies(untimed(['v1'])).join(),
      /^v2 has the shortest p99 latency: [^v]*; redis [^v]*\.$/,
    );
    assert.deepEqual(latencies(untimed(['v1', 'v2'])), []);
    assert.match(markdownReport(untimed(['v1'])), /\| 1,024 clients \| v1 \|[^\n]* – /);
  });

  it('says what the way to the last load changes', () => {
    const sentence = sentencesOf(rampReport()).find((one) =>
      one.startsWith('From 1,024 clients to 8,192 clients'),
    );
    assert.match(sentence ?? '', /v1 \+20 %, v2 \+20 %, redis \+20 %/);
  });

  it('finds the knee: the last rate whose p99 is below 10 ms', () => {
    const knee = (rung: string, p99Us: number, unsent = 0) =>
      sampleTrial({ scenario: 'knee', rung, contender: 'v2', round: 1, cpuUs: 5, p99Us, unsent });
    const report = sampleReport([knee('20000', 900), knee('25000', 4000), knee('31000', 40_000)]);
    assert.deepEqual(sentencesOf(report), [
      'v2 keeps p99 below 10 ms up to 25,000 requests/s, with 99 % of a core.',
    ]);
    const late = report.trials.map((trial) => ({
      ...trial,
      generator: { ...trial.generator, isBottleneck: trial.rung === '31000' },
    }));
    assert.match(
      sentencesOf({ ...report, trials: late })[0],
      /of a core\. There the load generator was late itself/,
    );
  });
});

describe('the comparison of two reports', () => {
  it('calls a change one only when the rounds do not overlap', () => {
    const changes = compareReports(rampReport(), changed(rampReport(), 'v2', 1.2));
    const cpu = changes.filter((change) => change.figure.name === 'cpu_us_per_operation');
    assert.equal(cpu.length, 9);
    for (const change of cpu) {
      assert.equal(change.exceedsSpread, change.contender === 'v2', `${change.load} ${change.contender}`);
      assert.equal(Math.round(change.percent), change.contender === 'v2' ? 20 : 0);
    }
  });

  it('says when machines or settings differ', () => {
    const other = rampReport();
    const before = {
      ...other,
      settings: { ...SETTINGS, pipeline: 16 },
      machine: { ...other.machine, cores: 64 },
    };
    const caveats = comparisonCaveats(before, other);
    assert.match(caveats.join('\n'), /machines differ.*\n.*settings \(pipeline\) differ: 16, then 1/);
    const many = { ...other, settings: { ...SETTINGS, rounds: 5 } };
    assert.deepEqual(comparisonCaveats(many, many), []);
  });

  it('says how often chance alone would show a change', () => {
    assert.match(
      comparisonCaveats(rampReport(), rampReport()).join(),
      /with 3 and 3 rounds .* one figure in 10/,
    );
  });

  it('calls no change what is less than one server differs from itself', () => {
    const changes = compareReports(rampReport(), changed(rampReport(), 'redis', 1.015));
    assert.deepEqual(
      changes.filter((change) => change.exceedsSpread),
      [],
    );
  });
});

describe("the report's forms", () => {
  it('show a failure in all of them, and never call the report good', () => {
    const good = rampReport();
    const failed = sampleTrial({
      scenario: 'ramp',
      rung: '1k',
      contender: 'v1',
      round: 1,
      cpuUs: 9,
      p99Us: 9,
      failures: ['wrong value (1)'],
    });
    const report = { ...good, trials: [failed, ...good.trials.slice(1)] };
    assert.equal(isGood(report), false);
    assert.match(markdownReport(report), /1 of 27 trials FAILED/);
    assert.match(htmlReport(report), /1 of 27 trials FAILED[\s\S]*wrong value: GET of &lt;client 7&gt;/);
    assert.match(csvReport(report), /^ramp,1k,v1,1,no,1024,1023,1,1,/m);
  });

  it('say that a stopped run is partial', () => {
    const report = { ...rampReport(), isComplete: false };
    assert.equal(isGood(report), false);
    for (const form of [markdownReport(report), htmlReport(report)]) assert.match(form, /PARTIAL/);
  });

  it('have one CSV line per trial with every figure', () => {
    const lines = csvReport(rampReport()).trimEnd().split('\n');
    assert.equal(lines.length, 28);
    for (const line of lines) assert.equal(line.split(',').length, 9 + FIGURES.length);
  });

  it('need nothing from outside the HTML file', () => {
    const html = htmlReport(rampReport());
    assert.doesNotMatch(html, /<script|https?:|@import|url\(/);
  });

  it('have charts that stand alone as SVG files', () => {
    const report = rampReport();
    const charts = report.scenarios.flatMap((scenario) => chartsOf(report, scenario));
    assert.deepEqual(
      charts.map((chart) => chart.id),
      [
        'ramp-operations_per_second',
        'ramp-p99_us',
        'ramp-cpu_us_per_operation',
        'ramp-percentiles',
        'ramp-rss_bytes_per_connection',
        'ramp-peak_rss_bytes',
      ],
    );
    for (const chart of charts) {
      const svg = svgFile(chart);
      assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    }
  });

  it('warn where the generator was the bottleneck and where others used the core', () => {
    const report = rampReport();
    const [first, ...rest] = report.trials;
    const trial = {
      ...first,
      generator: { ...first.generator, isBottleneck: true },
      server: { ...first.server, othersPercent: 40 },
    };
    const caveats = caveatsOf({ ...report, trials: [trial, ...rest] }).join('\n');
    assert.match(caveats, /generator was the bottleneck for v1 at 1,024 clients/);
    assert.match(caveats, /other processes used the server's core in 1 of 27 trials \(up to 40 % of it\)/);
    assert.deepEqual(caveatsOf(report), []);
  });
});
