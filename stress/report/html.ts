/**
 * The report as one HTML file that needs nothing else: no script, no network, no font. It follows the reader's
 * light or dark theme and fits a phone.
 */
import { scenarioCells } from './aggregate.js';
import { caveatsOf } from './caveats.js';
import { chartsOf } from './charts/choose.js';
import { paletteCss } from './charts/palette.js';
import { inlineSvg } from './charts/svg.js';
import { describeConditions } from './conditions.js';
import { escapeXml } from './escape.js';
import { FIGURES } from './figures.js';
import { columnMeanings, failureTexts, isGood, questionText, verdictText } from './markdown.js';
import type { Report, ScenarioFacts } from './model.js';
import { type SummarySection, summaryOf } from './summary.js';
import { tableOf } from './tables.js';

const CSS = `
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.3rem;margin:2.5rem 0 .3rem}
p,ul{margin:.4rem 0}
li{margin:.3rem 0;max-width:60rem}
ul{padding-left:1.3rem}
.muted{color:var(--muted)}
.verdict{border-left:4px solid var(--c3);padding:.4rem .8rem;margin:1rem 0}
.verdict.bad{border-color:var(--c2)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem;margin:1rem 0}
figure{margin:0;border:1px solid var(--grid);border-radius:8px;padding:.3rem}
.chart{display:block;width:100%;height:auto}
.scroll{overflow-x:auto;border:1px solid var(--grid);border-radius:8px}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:100%}
th,td{padding:.35rem .6rem;text-align:right;border-bottom:1px solid var(--grid)}
tr:last-child td{border-bottom:0}
th{color:var(--muted);font-weight:600}
th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
td:nth-child(2){font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.6rem 0}
dt{color:var(--muted)}
dd{margin:0}
code{font-size:.9em}
@media (max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{figure,table{break-inside:avoid}}
`;

export function htmlReport(report: Report): string {
  const title = `januskv stress report, ${report.startedAt.slice(0, 10)}`;
  const body = [
    `<h1>${escapeXml(title)}</h1>`,
    `<p class="muted">${escapeXml(subtitle(report))}</p>`,
    `<p class="verdict${isGood(report) ? '' : ' bad'}">${escapeXml(verdictText(report))}</p>`,
    list('Failures', failureTexts(report)),
    summarySection(summaryOf(report)),
    list('Caveats', caveatsOf(report)),
    ...report.scenarios.map((scenario) => scenarioSection(report, scenario)),
    definitions('Conditions', describeConditions(report)),
    definitions('Columns', columnMeanings()),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    // Without it a browser asks the folder for favicon.ico.
    '<link rel="icon" href="data:,">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${paletteCss(':root')}${CSS}</style></head>`,
    `<body><main>${body.join('\n')}</main></body></html>\n`,
  ].join('\n');
}

function subtitle({ machine, contenders, settings }: Report): string {
  const versions = contenders.map(({ name, version }) => `${name} (${version})`).join(', ');
  return `${versions} on ${machine.cpu}, cores: ${machine.cores}; rounds in turns: ${settings.rounds}`;
}

function summarySection(summary: readonly SummarySection[]): string {
  if (summary.every(({ sentences }) => sentences.length === 0)) return '';
  const items = summary.map(({ scenario, sentences }) => {
    const text = sentences.map((sentence) => `<li>${prose(sentence)}</li>`).join('');
    return `<li><strong>${escapeXml(scenario.title)}</strong><ul>${text}</ul></li>`;
  });
  return `<h2>Summary</h2><ul>${items.join('')}</ul>`;
}

function scenarioSection(report: Report, scenario: ScenarioFacts): string {
  const head =
    `<section id="${scenario.name}"><h2>${escapeXml(scenario.title)}</h2>` +
    `<p>${escapeXml(questionText(scenario))}</p>`;
  const cells = scenarioCells(report, scenario);
  if (cells.length === 0) return `${head}<p>Not reached.</p></section>`;
  const charts = chartsOf(report, scenario).map((chart) => `<figure>${inlineSvg(chart)}</figure>`);
  return `${head}<div class="charts">${charts.join('')}</div>${table(tableOf(cells, FIGURES))}</section>`;
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const meanings = new Map(columnMeanings());
  const heads = head.map((title) => {
    const meaning = meanings.get(title);
    return `<th scope="col"${meaning === undefined ? '' : ` title="${escapeXml(meaning)}"`}>${escapeXml(title)}</th>`;
  });
  const lines = rows.map((row) => `<tr>${row.map((text) => `<td>${escapeXml(text)}</td>`).join('')}</tr>`);
  // Focusable, so that a keyboard can scroll it.
  return `<div class="scroll" tabindex="0"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h2>${title}</h2><ul>${items.map((item) => `<li>${prose(item)}</li>`).join('')}</ul>`;
}

/** A number stays on the line of its unit. */
function prose(text: string): string {
  return escapeXml(text).replace(/(\d) (µs|ms|s|MB|kB|%)/g, '$1&nbsp;$2');
}

/** Backquotes are Markdown's. */
function withCode(text: string): string {
  return escapeXml(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}

function definitions(title: string, pairs: readonly (readonly [string, string])[]): string {
  const lines = pairs.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${withCode(value)}</dd>`);
  return `<h2>${title}</h2><dl>${lines.join('')}</dl>`;
}
