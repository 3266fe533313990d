/** Draws curves: one per contender, with a mark and the rounds' spread at each measured point. */
import { escapeXml } from '../escape.js';
import { type Area, frame, type LineChart, type LinePoint, mark, tooltip, xOf, yOf } from './chart.js';
import { linearScale, logScale, type Scale } from './scale.js';

export function drawLines(chart: LineChart): string {
  const scale = scaleOf(chart);
  return frame(chart, chart.series, scale, (area) => {
    const ticks = chart.xTicks.map(({ place, label }) => {
      const anchor = place > 0.95 ? 'end' : place < 0.05 ? 'start' : 'middle';
      const x = xOf(area, place);
      return `<text x="${x}" y="${area.bottom + 18}" text-anchor="${anchor}">${escapeXml(label)}</text>`;
    });
    const limit =
      chart.limit === undefined
        ? ''
        : `<path class="limit" d="M${area.left} ${yOf(area, scale, chart.limit)}H${area.right}"/>`;
    const curves = chart.series.map((series) => drawSeries(chart, series, area, scale));
    return [...ticks, limit, ...curves].join('');
  });
}

function drawSeries(
  chart: LineChart,
  { name, colour, points }: LineChart['series'][number],
  area: Area,
  scale: Scale,
): string {
  const at = (point: LinePoint, value: number): string =>
    `${xOf(area, point.place)} ${yOf(area, scale, value)}`;
  const path = points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${at(point, point.value.median)}`)
    .join('');
  const marks = points
    .filter((point) => point.isMarked)
    .map((point) => {
      const whisker = `<path class="whisker" d="M${at(point, point.value.min)}L${at(point, point.value.max)}"/>`;
      const shape = mark(colour, xOf(area, point.place), yOf(area, scale, point.value.median));
      return `<g>${tooltip(name, point.label, point.value, chart.format)}${whisker}${shape}</g>`;
    });
  return `<path class="line s${colour}" d="${path}"/>${marks.join('')}`;
}

function scaleOf({ isLog, series, limit }: LineChart): Scale {
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => [value.min, value.max]));
  if (limit !== undefined) values.push(limit);
  if (!isLog) return linearScale(Math.max(0, ...values));
  const positive = values.filter((value) => value > 0);
  return positive.length === 0 ? linearScale(1) : logScale(Math.min(...positive), Math.max(...positive));
}
