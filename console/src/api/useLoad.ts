import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "./client";
import { keyEpoch } from "./session";

export interface Load<T> {
  /** The newest answer; while the next one is on its way, the one before. */
  data: T | null;
  error: ApiError | null;
  busy: boolean;
  reload: () => void;
}

/** Loads whenever `key` changes, and drops what is still under way for another key. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Load<T> {
  const [state, setState] = useState<Omit<Load<T>, "reload">>({ data: null, error: null, busy: true });
  const [round, setRound] = useState(0);
  const epoch = keyEpoch.value;
  // Dependencies: `key` stands for what `load` closes over
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    load(abort.signal).then(
      (data) => abort.signal.aborted || setState({ data, error: null, busy: false }),
      (error) => abort.signal.aborted || setState({ data: null, error: asApiError(error), busy: false }),
    );
    return () => abort.abort();
  }, [key, round, epoch]);
  const reload = useCallback(() => setRound((at) => at + 1), []);
  return { ...state, reload };
}

/** Gives every failure a code and a sentence. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, "CONSOLE", error instanceof Error ? error.message : String(error));
}
