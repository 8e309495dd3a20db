import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import { getMigrationPlan, getMigrations } from "../api/endpoints";
import { renewCatalog } from "../api/store";
import type { MigrationStatus, PlannedMigration } from "../api/types";
import { asApiError, useLoad } from "../api/useLoad";

/** How often a run is looked after. */
const EVERY_MS = 400;

export interface Found {
  status: MigrationStatus;
  /** What a run would do; empty where nothing is pending, or it would be refused. */
  plan: PlannedMigration[];
  /** Why a run would be refused. */
  refusal: ApiError | null;
}

export interface Migrations {
  /** What is known; while it is looked up anew, what was known before. */
  found: Found | null;
  error: ApiError | null;
  /** Whether a run is under way, this page's or another's. */
  isRunning: boolean;
  /** Whether a run has ended since the page was opened. */
  hasRun: boolean;
  reload: () => void;
  /** Begins a run and looks after it; a failure that the status does not tell is answered. */
  begin: (run: () => Promise<void>) => Promise<ApiError | null>;
}

/** The migrations of a database, looked up again and again while a run is under way. */
export function useMigrations(db: string): Migrations {
  const { data, error, busy, reload } = useLoad(`migrations ${db}`, (signal) => load(db, signal));
  const [kept, setKept] = useState<Found | null>(null);
  const [begun, setBegun] = useState(false);
  const [hasRun, setHasRun] = useState(false);
  useEffect(() => {
    if (data) setKept(data);
  }, [data]);
  const isRunning = begun || kept?.status.running != null;
  useEffect(() => {
    if (!isRunning || busy) return;
    const timer = setTimeout(reload, EVERY_MS);
    return () => clearTimeout(timer);
  }, [isRunning, busy, reload]);
  const before = useRef(false);
  useEffect(() => {
    if (before.current && !isRunning) {
      setHasRun(true);
      renewCatalog(db);
    }
    before.current = isRunning;
  }, [isRunning, db]);
  const begin = async (run: () => Promise<void>) => {
    setBegun(true);
    const failure = await run().then(() => null, asApiError);
    // What the run left is known before it counts as over.
    const after = await load(db).catch(() => null);
    if (after) setKept(after);
    setBegun(false);
    reload();
    return failure?.code === "MIGRATION_FAILED" ? null : failure;
  };
  return { found: kept, error, isRunning, hasRun, reload, begin };
}

async function load(db: string, signal?: AbortSignal): Promise<Found> {
  const status = await getMigrations(db, signal);
  const refused = (error: unknown) => ({ plan: [], refusal: asApiError(error) });
  const known = { plan: [], refusal: null };
  if (!status.configured || status.pending.length === 0) return { status, ...known };
  const planned = getMigrationPlan(db, signal).then((plan) => ({ plan, refusal: null }));
  return { status, ...(await planned.catch(refused)) };
}
