/**
 * Colours and type of the charts, as CSS that works inside a page and inside a lone SVG file, light and dark.
 * The hues are Okabe and Ito's, which people with any colour vision tell apart; each contender has a mark of
 * its own shape besides.
 */
const LIGHT = ['#b35c00', '#0063a6', '#c4314b', '#00795c', '#8a4fa3', '#5c6670'];
const DARK = ['#f0a040', '#62b5f0', '#ff7d8c', '#45c9a0', '#d09be8', '#a8b3bd'];

/** Always the same colour for the same contender, in every report. */
const PLACES: Readonly<Record<string, number>> = { v1: 0, v2: 1, redis: 2, valkey: 3 };

/** Of the palette, by number. @param names of all contenders: those without a place share the colours that are left */
export function colourOf(name: string, names: readonly string[]): number {
  const taken = Object.keys(PLACES).length;
  const others = names.filter((other) => !(other in PLACES));
  return PLACES[name] ?? taken + (others.indexOf(name) % (LIGHT.length - taken));
}

function variables(
  colours: readonly string[],
  ink: string,
  muted: string,
  grid: string,
  paper: string,
): string {
  const hues = colours.map((colour, index) => `--c${index}:${colour}`);
  return [...hues, `--ink:${ink}`, `--muted:${muted}`, `--grid:${grid}`, `--paper:${paper}`].join(';');
}

const LIGHT_VARIABLES = variables(LIGHT, '#1b1f24', '#59636e', '#d9dee3', '#ffffff');
const DARK_VARIABLES = variables(DARK, '#e8edf2', '#9aa6b2', '#39424c', '#14181d');

/** @param root what the variables are set on: `:root` of a page, `svg` of a file */
export function paletteCss(root: string): string {
  const hues = LIGHT.map((_, index) => {
    return `.f${index}{fill:var(--c${index})}.s${index}{stroke:var(--c${index});fill:none}`;
  });
  return [
    `${root}{${LIGHT_VARIABLES}}`,
    `@media (prefers-color-scheme:dark){${root}{${DARK_VARIABLES}}}`,
    ...hues,
    '.chart text{font:12px system-ui,sans-serif;fill:var(--muted)}',
    '.chart .title{font-size:14px;font-weight:600;fill:var(--ink)}',
    '.chart .value{font-size:11px;fill:var(--ink)}',
    '.chart .legend{fill:var(--ink)}',
    '.chart .grid{stroke:var(--grid);stroke-width:1;fill:none}',
    '.chart .axis,.chart .whisker{stroke:var(--muted);stroke-width:1;fill:none}',
    '.chart .limit{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 4;fill:none}',
    '.chart .line{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}',
    '.chart .light{opacity:.5}',
  ].join('\n');
}
