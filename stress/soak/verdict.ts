/** What has to hold after a soak. Each finding says its figures, whether it holds or not. */
import { median } from '../median.js';
import type { Sample } from './samples.js';

export interface Finding {
  readonly name: string;
  readonly isGood: boolean;
  readonly detail: string;
}

/** Of a third's median over the one before: what heaps that breathe may differ by. */
const GROWTH_MAX = 0.03;
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
/** Fewer samples show no trend, and after less of a warm-up clients' own keys are still being added. */
const SAMPLES_MIN = 9;
const WARM_UP_SECONDS_MIN = 120;

const MIB = 1024 * 1024;

/** The first third is warm-up: the others' medians are compared, and the slope is told. */
export function judgeFlatness(
  name: string,
  samples: readonly Sample[],
  bytes: (sample: Sample) => number,
): Finding {
  const third = Math.floor(samples.length / 3);
  if (samples.length < SAMPLES_MIN || samples[third].seconds < WARM_UP_SECONDS_MIN) {
    return { name, isGood: true, detail: 'not judged: only from six minutes on is there a trend' };
  }
  const later = samples.slice(third);
  const second = median(later.slice(0, later.length - third).map(bytes));
  const last = median(later.slice(-third).map(bytes));
  const allowance = Math.max(GROWTH_BYTES_MAX, second * GROWTH_MAX);
  const slope = slopePerHour(later, bytes);
  return {
    name,
    isGood: last - second <= allowance,
    detail:
      `median ${mib(second)} in the second third, ${mib(last)} in the last; ` +
      `slope after warm-up ${mib(slope)} an hour; allowed growth ${mib(allowance)}`,
  };
}

/** @param spareDescriptors what the server has beside its clients' */
export function judgeDescriptors(samples: readonly Sample[], spareDescriptors: number): Finding {
  const wrong = samples.filter((sample) => sample.descriptors !== sample.connectedClients + spareDescriptors);
  const [example] = wrong;
  return {
    name: 'descriptors are one for each client and a constant',
    isGood: wrong.length === 0,
    detail:
      example === undefined
        ? `${samples.length} samples, ${spareDescriptors} beside the clients' in each`
        : `${wrong.length} of ${samples.length} samples differ: ${example.descriptors} with ` +
          `${example.connectedClients} clients at ${example.seconds.toFixed(0)} s`,
  };
}

export function judgeClients(samples: readonly Sample[]): Finding {
  const wrong = samples.filter((sample) => sample.connectedClients !== sample.expectedClients);
  const [example] = wrong;
  return {
    name: 'the server counts the clients that are there',
    isGood: wrong.length === 0,
    detail:
      example === undefined
        ? `${samples.length} samples`
        : `${example.connectedClients} instead of ${example.expectedClients} at ${example.seconds.toFixed(0)} s`,
  };
}

/** Counts that have to be exact. */
export function judgeCount(name: string, found: number, wanted: number): Finding {
  return {
    name,
    isGood: found === wanted,
    detail: found === wanted ? `${found}` : `${found}, and not ${wanted}`,
  };
}

/** Least squares. */
function slopePerHour(samples: readonly Sample[], bytes: (sample: Sample) => number): number {
  const meanSeconds = samples.reduce((sum, sample) => sum + sample.seconds, 0) / samples.length;
  const meanBytes = samples.reduce((sum, sample) => sum + bytes(sample), 0) / samples.length;
  let product = 0;
  let square = 0;
  for (const sample of samples) {
    product += (sample.seconds - meanSeconds) * (bytes(sample) - meanBytes);
    square += (sample.seconds - meanSeconds) ** 2;
  }
  return square === 0 ? 0 : (product / square) * 3600;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
