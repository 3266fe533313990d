/** The HTML report in a real browser: charts drawn, nothing complained of, nothing wider than the screen. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { htmlReport } from '../../stress/report/html.js';
import { CHROMIUM, Chromium, type Viewport } from './support/chromium.js';
import { rampReport } from './support/sample-report.js';

const VIEWPORTS: readonly Viewport[] = [
  { width: 1280, height: 900, theme: 'light' },
  { width: 1280, height: 900, theme: 'dark' },
  { width: 390, height: 844, theme: 'light' },
  { width: 390, height: 844, theme: 'dark' },
];

/** Boxes of what was drawn in each chart: titles, curves or bars, and the text that leaves its frame. */
const LOOK_AT_CHARTS = `[...document.querySelectorAll('svg.chart')].map((svg) => {
  const frame = svg.getBoundingClientRect();
  const boxOf = (element) => element.getBoundingClientRect();
  const shapes = [...svg.querySelectorAll('path')].map(boxOf);
  const texts = [...svg.querySelectorAll('text')];
  return {
    title: svg.getAttribute('aria-label'),
    width: frame.width,
    shapes: shapes.filter((box) => box.width > 0 || box.height > 0).length,
    outside: texts.filter((text) => boxOf(text).left < frame.left - 1 || boxOf(text).right > frame.right + 1)
      .map((text) => text.textContent),
    background: getComputedStyle(document.body).backgroundColor,
  };
})`;

interface ChartLook {
  readonly title: string;
  readonly width: number;
  readonly shapes: number;
  readonly outside: readonly string[];
  readonly background: string;
}

describe('the HTML report in a browser', function () {
  this.timeout(60_000);
  let browser: Chromium;
  let folder: string;

  before(async function () {
    if (CHROMIUM === null) {
      console.log('      skipped: no Chromium is installed (Debian: apt-get install chromium)');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'januskv-report-'));
    writeFileSync(join(folder, 'report.html'), htmlReport(rampReport()));
    browser = await Chromium.start(CHROMIUM);
  });

  after(async () => {
    await browser?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  for (const viewport of VIEWPORTS) {
    it(`is drawn at ${viewport.width} pixels, ${viewport.theme}, without a complaint`, async () => {
      await browser.open(pathToFileURL(join(folder, 'report.html')).href, viewport);
      const charts = (await browser.evaluate(LOOK_AT_CHARTS)) as ChartLook[];
      assert.equal(charts.length, 6);
      for (const { title, width, shapes, outside, background } of charts) {
        assert.ok(width > 300, `${title} is ${width} pixels wide`);
        assert.ok(shapes > 10, `${title} has ${shapes} shapes`);
        assert.deepEqual(outside, [], title);
        assert.equal(background, viewport.theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)');
      }
      assert.equal(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
      assert.deepEqual(browser.complaints, []);
    });
  }
});
