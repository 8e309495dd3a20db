import { useEffect, useRef, useState } from "preact/hooks";
import { getHealth } from "../api/endpoints";
import type { Health } from "../api/types";
import { useLoad } from "../api/useLoad";
import { ErrorBox } from "../ui/ErrorBox";
import { uptime } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { DatabaseCard } from "./DatabaseCard";
import { type Sample, sampled } from "./rate";
import { SlowTable } from "./SlowTable";
import "./health.css";

const EVERY_MS = 5000;
const FIRST_MS = 1500;
const FIRST_SAMPLES = 3;

/** How every database fares, looked up anew every five seconds. */
export function HealthView() {
  const [paused, setPaused] = useState(false);
  const { data, error, busy, reload } = useLoad("health", getHealth);
  const samples = useSamples(data);
  const [kept, setKept] = useState<Health | null>(null);
  useEffect(() => {
    if (data) setKept(data);
  }, [data]);
  useEffect(() => {
    if (paused || busy) return;
    const few = Object.values(samples).every((taken) => taken.length < FIRST_SAMPLES);
    const timer = setTimeout(reload, few ? FIRST_MS : EVERY_MS);
    return () => clearTimeout(timer);
  }, [paused, busy, reload, samples]);
  const shown = data ?? kept;
  return (
    <Page
      title="Health"
      aside={
        <>
          {shown && (
            <span class="muted health-facts">
              version {shown.version} · up {uptime(shown.uptime_seconds)}
            </span>
          )}
          <button type="button" class="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            <Icon name={paused ? "play" : "pause"} />
            {paused ? "Resume" : "Pause"}
          </button>
        </>
      }
    >
      {error && <ErrorBox error={error} retry={reload} />}
      <div class="health-grid">
        {shown?.databases.map((database) => (
          <DatabaseCard key={database.name} database={database} samples={samples[database.name] ?? []} />
        ))}
      </div>
      {shown && <SlowTable databases={shown.databases} />}
    </Page>
  );
}

/** Queries by database, one sample for each answer since the view was opened. */
function useSamples(health: Health | null): Record<string, Sample[]> {
  const samples = useRef<Record<string, Sample[]>>({});
  const last = useRef<Health | null>(null);
  if (health && last.current !== health) {
    last.current = health;
    samples.current = sampled(samples.current, health, performance.now());
  }
  return samples.current;
}
