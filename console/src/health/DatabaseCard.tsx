import type { DatabaseHealth } from "../api/types";
import { count, duration } from "../ui/format";
import { databaseHref } from "../ui/href";
import { PoolBar } from "./PoolBar";
import { rates, type Sample } from "./rate";
import { Sparkline } from "./Sparkline";

/** One database: its pool, its figures, its queries since the view was opened. */
export function DatabaseCard({ database, samples }: { database: DatabaseHealth; samples: Sample[] }) {
  const { name, engine, location, ready, pool, figures, slow_after_ms } = database;
  const perSecond = rates(samples);
  const facts: [string, string, boolean?][] = [
    ["Queries", count(figures.queries)],
    ["Mean time", duration(Number(figures.mean_ms))],
    ["In flight", count(figures.in_flight)],
    ["Errors", count(figures.errors), figures.errors > 0],
    [slow_after_ms === null ? "Slow" : `Over ${Number(slow_after_ms) / 1000} s`, count(figures.slow)],
  ];
  return (
    <article class="card health-card" aria-label={name}>
      <header class="health-head">
        <span class={`dot ${ready ? "" : "bad"}`} />
        <h2>
          <a href={databaseHref(name)}>{name}</a>
        </h2>
        <span class="muted clip grow" title={location}>
          {location || engine}
        </span>
        <span class={ready ? "is-good" : "is-bad"}>{ready ? "ready" : "not ready"}</span>
      </header>
      <Sparkline values={perSecond} label={`Queries per second of ${name}`} />
      <PoolBar pool={pool} />
      <dl class="health-figures">
        {facts.map(([label, value, bad]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class={bad ? "is-bad" : ""}>{value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
