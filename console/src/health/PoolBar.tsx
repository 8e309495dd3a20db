import type { DatabaseHealth } from "../api/types";

/** The connections of a pool: in use, resting, not opened yet; and who waits for one. */
export function PoolBar({ pool }: { pool: DatabaseHealth["pool"] }) {
  const { active, idle, waiting, max } = pool;
  const share = (part: number) => `${max > 0 ? Math.min(100, (part / max) * 100) : 0}%`;
  const text = `${active} active, ${idle} idle of ${max}${waiting > 0 ? `, ${waiting} waiting` : ""}`;
  return (
    <div class="pool">
      <div class="pool-text">
        <span>Pool</span>
        <span class={waiting > 0 ? "is-bad" : "muted"}>{text}</span>
      </div>
      <div class="pool-bar" role="img" aria-label={`Pool: ${text}`}>
        <div class="pool-active" style={{ width: share(active) }} />
        <div class="pool-idle" style={{ width: share(idle) }} />
      </div>
    </div>
  );
}
