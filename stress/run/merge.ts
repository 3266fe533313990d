/** Adds up what several generator processes report of one workload that they shared. */
import { Histogram, type HistogramData } from '../load/histogram.js';
import type { GeneratorResult } from '../load/messages.js';

/**
 * The processes' windows are the same span but for a few milliseconds; operations are scaled to the first
 * one's, in which the server's CPU was read. The generator's CPU is the busiest process'.
 */
export function mergeResults(results: readonly GeneratorResult[]): GeneratorResult {
  const [first, ...others] = results;
  if (others.length === 0) return first;
  const sum = (pick: (result: GeneratorResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  const merged = (pick: (result: GeneratorResult) => HistogramData): HistogramData => {
    const histogram = new Histogram();
    for (const result of results) histogram.add(pick(result));
    return histogram.toData();
  };
  return {
    ...first,
    clients: {
      planned: sum((result) => result.clients.planned),
      connected: sum((result) => result.clients.connected),
      finished: sum((result) => result.clients.finished),
      lost: sum((result) => result.clients.lost),
    },
    connectMs: Math.max(...results.map((result) => result.connectMs)),
    connecting: merged((result) => result.connecting),
    isWhole: results.every((result) => result.isWhole),
    operations: Math.round(
      sum((result) => (result.windowMs > 0 ? (result.operations / result.windowMs) * first.windowMs : 0)),
    ),
    requests: sum((result) => result.requests),
    replies: sum((result) => result.replies),
    unsent: sum((result) => result.unsent),
    keysWritten: sum((result) => result.keysWritten),
    bytesSent: sum((result) => result.bytesSent),
    bytesReceived: sum((result) => result.bytesReceived),
    operationsPerSecondAfterwards: sum((result) => result.operationsPerSecondAfterwards),
    latency: merged((result) => result.latency),
    lateness: merged((result) => result.lateness),
    generatorCpuUs: Math.max(...results.map((result) => result.generatorCpuUs)),
    errors: addCounts(results.map((result) => result.errors)),
    examples: results.flatMap((result) => result.examples),
    tolerated: addCounts(results.map((result) => result.tolerated)),
  };
}

function addCounts(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}
