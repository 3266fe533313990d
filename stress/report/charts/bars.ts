/** Draws groups of bars: one per contender, with its value above and the rounds' spread as a whisker. */
import { escapeXml } from '../escape.js';
import { type Area, type BarChart, frame, round, type SeriesName, tooltip, xOf, yOf } from './chart.js';
import { linearScale, type Scale } from './scale.js';

/** Of a group's width. */
const GAP = 0.24;
/** Beyond this many bars their values would run into each other; tooltips and the table show them. */
const VALUES_SHOWN_MAX = 8;
const BAR_WIDTH_MAX = 48;

export function drawBars(chart: BarChart): string {
  const bars = chart.groups.flatMap((group) => group.bars);
  const scale = linearScale(Math.max(0, ...bars.map((bar) => bar.value.max)) * 1.06);
  const showsValues = bars.length <= VALUES_SHOWN_MAX;
  return frame(chart, namesOf(chart), scale, (area) => {
    const groups = chart.groups.map((group, index) => {
      const start = index / chart.groups.length;
      const width = 1 / chart.groups.length;
      const label =
        `<text x="${xOf(area, start + width / 2)}" y="${area.bottom + 18}" text-anchor="middle">` +
        `${escapeXml(group.label)}</text>`;
      return label + drawGroup(chart, index, area, scale, showsValues);
    });
    return groups.join('');
  });
}

function drawGroup(chart: BarChart, index: number, area: Area, scale: Scale, showsValues: boolean): string {
  const { bars, label } = chart.groups[index];
  const groupWidth = (area.right - area.left) / chart.groups.length;
  const barWidth = Math.min(BAR_WIDTH_MAX, (groupWidth * (1 - GAP)) / Math.max(1, bars.length));
  const start = area.left + groupWidth * (index + 0.5) - (barWidth * bars.length) / 2;
  return bars
    .map((bar, position) => {
      const x = round(start + position * barWidth);
      const width = round(barWidth - 2);
      const middle = round(x + width / 2);
      const y = (value: number): number => yOf(area, scale, value);
      const part = (from: number, to: number, light: string): string =>
        `<path class="f${bar.colour}${light}" d="M${x} ${y(from)}V${y(to)}h${width}V${y(from)}z"/>`;
      const { median, min, max } = bar.value;
      const split = bar.firstPart ?? median;
      return (
        `<g>${tooltip(bar.name, label, bar.value, chart.format)}${part(0, split, '')}` +
        `${split < median ? part(split, median, ' light') : ''}` +
        `<path class="whisker" d="M${middle} ${y(min)}V${y(max)}"/>` +
        `${showsValues ? `<text class="value" x="${middle}" y="${y(max) - 5}" text-anchor="middle">${escapeXml(chart.format(median))}</text>` : ''}</g>`
      );
    })
    .join('');
}

function namesOf(chart: BarChart): SeriesName[] {
  const names = new Map<string, SeriesName>();
  for (const { bars } of chart.groups) for (const bar of bars) names.set(bar.name, bar);
  return [...names.values()];
}
