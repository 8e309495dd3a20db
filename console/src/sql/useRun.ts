import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import { RESULT_ROWS_MAX, runQuery } from "../api/endpoints";
import type { QueryResult } from "../api/types";
import { asApiError } from "../api/useLoad";
import { remember } from "./history";

export interface Run {
  /** When the statement under way was sent, in ms since 1970. */
  since: number | null;
  result: QueryResult | null;
  error: ApiError | null;
  cancelled: boolean;
  /** What ran, and where. */
  sql: string;
}

const IDLE: Run = { since: null, result: null, error: null, cancelled: false, sql: "" };

/** Runs one statement at a time; a new one, and leaving the view, cancel the one before. */
export function useRun() {
  const [state, setState] = useState(IDLE);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = useCallback(async (db: string, sql: string) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState((before) => ({ ...before, since: Date.now(), cancelled: false }));
    try {
      const result = await runQuery(db, sql, RESULT_ROWS_MAX, mine.signal);
      if (mine.signal.aborted) return;
      remember({ db, sql, at: Date.now(), rows: result.row_count });
      setState({ ...IDLE, result, sql });
    } catch (error) {
      if (abort.current !== mine) return;
      if (mine.signal.aborted) return setState({ ...IDLE, cancelled: true, sql });
      remember({ db, sql, at: Date.now(), rows: null });
      setState({ ...IDLE, error: asApiError(error), sql });
    }
  }, []);
  const cancel = useCallback(() => abort.current?.abort(), []);
  return { ...state, run, cancel };
}
