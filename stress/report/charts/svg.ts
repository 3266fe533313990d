/** A chart as an `svg` element for a page, or as a file that stands alone. */
import { escapeXml } from '../escape.js';
import { drawBars } from './bars.js';
import { type Chart, HEIGHT, WIDTH } from './chart.js';
import { drawLines } from './lines.js';
import { paletteCss } from './palette.js';

export function inlineSvg(chart: Chart): string {
  return `<svg class="chart" ${attributes(chart)}>${draw(chart)}</svg>`;
}

export function svgFile(chart: Chart): string {
  const paper = `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" style="fill:var(--paper)"/>`;
  const style = `<style>${paletteCss('svg')}</style>`;
  const size = `width="${WIDTH}" height="${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" ${size} ${attributes(chart)}>${style}${paper}${draw(chart)}</svg>\n`;
}

function attributes(chart: Chart): string {
  return `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(chart.title)}"`;
}

function draw(chart: Chart): string {
  return chart.kind === 'lines' ? drawLines(chart) : drawBars(chart);
}
