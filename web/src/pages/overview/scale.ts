/** The two scales of the charts, at a twentieth of the size of a library that has all kinds of them. */

export interface Linear {
  (value: number): number;
  invert: (position: number) => number;
  /** Round values, the first and the last of which are the ends of the scale. */
  ticks: readonly number[];
}

/** From 0 to at least `most`, which is rounded up so that the scale ends with a tick. About `count` steps. */
export function linear(most: number, [from, to]: readonly [number, number], { count = 4, round = true } = {}): Linear {
  const step = stepOf(most / count);
  const end = round ? Math.ceil(most / step - 1e-9) * step : most;
  const scale = (value: number) => from + (value / end) * (to - from);
  const ticks = Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return Object.assign(scale, { invert: (position: number) => ((position - from) / (to - from)) * end, ticks });
}

/** 1, 2 or 5 times a power of ten: the one closest to a size. */
function stepOf(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const part = size / power;
  return (part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.sqrt(2) ? 2 : 1) * power;
}

export interface Band {
  /** The beginning of the bar with this index. */
  (index: number): number;
  width: number;
}

/** Equal bars, and gaps between and beside them which are a part of their distance. */
export function band(length: number, [from, to]: readonly [number, number], padding: number): Band {
  const distance = (to - from) / Math.max(1, length + padding);
  return Object.assign((index: number) => from + (index + padding) * distance, { width: distance * (1 - padding) });
}
