/**
 * What a chart shows, as data, and the frame that all charts share: title, legend, axes. Charts are SVG written
 * here and not by a library in the page: they need no script, print, scale, follow the reader's light or dark
 * theme, and the same text serves the report and the README. uPlot, the smallest library that fits, adds 50 KB
 * of script to every report, draws on a canvas that does none of this, and its zooming is of no use for a
 * handful of points.
 */
import type { Spread } from '../aggregate.js';
import { escapeXml } from '../escape.js';
import type { Scale } from './scale.js';

export interface SeriesName {
  readonly name: string;
  /** Of the palette. */
  readonly colour: number;
}

interface ChartFacts {
  /** Names the file, when it gets one of its own. */
  readonly id: string;
  readonly title: string;
  format(value: number): string;
}

/** Curves over an axis of labels, or of percentiles. */
export interface LineChart extends ChartFacts {
  readonly kind: 'lines';
  readonly isLog: boolean;
  /** Places from 0 to 1 and what is written there. */
  readonly xTicks: readonly { readonly place: number; readonly label: string }[];
  readonly series: readonly (SeriesName & { readonly points: readonly LinePoint[] })[];
  /** A value that is drawn across, such as a limit. */
  readonly limit?: number;
}

export interface LinePoint {
  readonly place: number;
  readonly value: Spread;
  /** For the tooltip: which load this is. */
  readonly label: string;
  /** Whether it is a measurement of its own, to be marked, or part of a curve. */
  readonly isMarked: boolean;
}

/** Groups of bars, one bar per contender; a bar may consist of two parts, the second drawn lighter. */
export interface BarChart extends ChartFacts {
  readonly kind: 'bars';
  readonly groups: readonly {
    readonly label: string;
    readonly bars: readonly (SeriesName & { readonly value: Spread; readonly firstPart: number | null })[];
  }[];
  /** What the two parts are: `solid: user, light: system`. */
  readonly partsText: string | null;
}

export type Chart = LineChart | BarChart;

/** Inner area in the SVG's units; the whole is WIDTH × HEIGHT. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Small enough that text stays legible when a phone shows it at 340 px. */
export const WIDTH = 440;
export const HEIGHT = 290;

const LEGEND_LINE = 20;
const LETTER_WIDTH = 7;

/** The drawing without the `svg` element around it. */
export function frame(
  chart: Chart,
  names: readonly SeriesName[],
  scale: Scale,
  draw: (area: Area) => string,
): string {
  const legend = drawLegend(names, chart.kind === 'bars' ? chart.partsText : null);
  const labels = scale.ticks.map((tick) => tickText(chart.format(tick)));
  const left = 12 + Math.max(...labels.map((label) => label.length)) * LETTER_WIDTH;
  const area = { left, right: WIDTH - 12, top: 36 + legend.height, bottom: HEIGHT - 28 };
  const grid = scale.ticks.map((tick, index) => {
    const y = yOf(area, scale, tick);
    return (
      `<path class="${index === 0 ? 'axis' : 'grid'}" d="M${area.left} ${y}H${area.right}"/>` +
      `<text x="${area.left - 6}" y="${y + 4}" text-anchor="end">${escapeXml(labels[index])}</text>`
    );
  });
  return [
    `<text class="title" x="8" y="20">${escapeXml(chart.title)}</text>`,
    legend.svg,
    ...grid,
    draw(area),
  ].join('');
}

export function yOf(area: Area, scale: Scale, value: number): number {
  return round(area.bottom - scale.place(value) * (area.bottom - area.top));
}

export function xOf(area: Area, place: number): number {
  return round(area.left + place * (area.right - area.left));
}

/** A mark of its own shape for each colour, so that the colour is not all that tells. */
export function mark(colour: number, x: number, y: number, size = 4): string {
  const s = size;
  const shapes = [
    `M${x - s} ${y}a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0z`,
    `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}z`,
    `M${x} ${y - s - 1}l${s + 1} ${2 * s + 1}h${-2 * s - 2}z`,
    `M${x} ${y - s - 1}l${s + 1} ${s + 1}l${-s - 1} ${s + 1}l${-s - 1} ${-s - 1}z`,
  ];
  return `<path class="f${colour}" d="${shapes[colour % shapes.length]}"/>`;
}

export function tooltip(
  name: string,
  load: string,
  value: Spread,
  format: (value: number) => string,
): string {
  const spread = value.min === value.max ? '' : ` (${format(value.min)} to ${format(value.max)})`;
  return `<title>${escapeXml(`${name}, ${load}: ${format(value.median)}${spread}`)}</title>`;
}

/** Ticks are round numbers: `40.0 ms` is 40 ms. */
function tickText(formatted: string): string {
  return formatted.replace(/\.0+(?=\D|$)/, '').replace(/(\.\d*?)0+(?=\D|$)/, '$1');
}

/** A tenth of a unit is finer than any screen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function drawLegend(names: readonly SeriesName[], note: string | null): { svg: string; height: number } {
  const parts: string[] = [];
  let x = 12;
  let y = 40;
  const place = (width: number): void => {
    if (x + width <= WIDTH - 8 || x === 12) return;
    x = 12;
    y += LEGEND_LINE;
  };
  for (const { name, colour } of names) {
    const width = 24 + name.length * LETTER_WIDTH;
    place(width);
    parts.push(
      `${mark(colour, x + 4, y - 4)}<text class="legend" x="${x + 14}" y="${y}">${escapeXml(name)}</text>`,
    );
    x += width;
  }
  if (note !== null) {
    place(note.length * LETTER_WIDTH);
    parts.push(`<text x="${x + 2}" y="${y}">${escapeXml(note)}</text>`);
  }
  return { svg: parts.join(''), height: y - 40 + LEGEND_LINE };
}
