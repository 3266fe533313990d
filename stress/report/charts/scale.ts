/** From values to places on an axis, and the round numbers that are written along it. */

export interface Scale {
  /** 0 at the axis' start, 1 at its end. */
  place(value: number): number;
  readonly ticks: readonly number[];
}

const TICKS_WANTED = 5;

/** From zero to a round number at or above `max`. */
export function linearScale(max: number): Scale {
  const top = max > 0 ? max : 1;
  const step = roundStep(top / TICKS_WANTED);
  const end = Math.ceil(top / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  return { place: (value) => value / end, ticks };
}

/** Over whole decades that hold all values; these have to be positive. */
export function logScale(min: number, max: number): Scale {
  const first = Math.floor(Math.log10(min));
  const last = Math.max(first + 1, Math.ceil(Math.log10(max) - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  return { place: (value) => (Math.log10(value) - first) / (last - first), ticks };
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}
