import type { Health } from "../api/types";

export interface Sample {
  /** When it was taken, in ms since the page was opened. */
  at: number;
  queries: number;
}

const SAMPLES_MAX = 120;

/** Adds a sample for each database; a counter that fell began anew. */
export function sampled(
  before: Record<string, Sample[]>,
  { databases }: Health,
  at: number,
): Record<string, Sample[]> {
  return Object.fromEntries(
    databases.map(({ name, figures }) => {
      const earlier = before[name] ?? [];
      const fell = (earlier.at(-1)?.queries ?? 0) > figures.queries;
      return [name, [...(fell ? [] : earlier), { at, queries: figures.queries }].slice(-SAMPLES_MAX)];
    }),
  );
}

/** Queries per second between the samples. */
export function rates(samples: Sample[]): number[] {
  return samples.slice(1).map((sample, at) => {
    const before = samples[at] ?? sample;
    const seconds = (sample.at - before.at) / 1000;
    return seconds > 0 ? (sample.queries - before.queries) / seconds : 0;
  });
}
