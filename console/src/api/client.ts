import { parseExact } from "./exact";
import { key, refuse } from "./session";
import type { Failure } from "./types";

const BASE = "/api/v1/db";

/** What the server, or the way to it, answered instead of data. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly correlationId: string | null = null,
    readonly module: string | null = null,
  ) {
    super(message);
  }
}

export interface Call {
  query?: [string, string][];
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Calls the API; failures are `ApiError`s, an abort stays an `AbortError`. */
export async function call<T>(path: string, { query = [], body, signal }: Call = {}): Promise<T> {
  const search = new URLSearchParams(query).toString();
  const headers: Record<string, string> = { accept: "application/json" };
  const bearer = key();
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(`${BASE}${path}${search ? `?${search}` : ""}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch(unreachable);
  const text = await response.text();
  const answer = read(text);
  if (response.status === 401) refuse(bearer);
  if (!response.ok || answer === null) throw failure(response, answer);
  return answer as T;
}

function unreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError(0, "UNREACHABLE", "The server cannot be reached. Check that it runs, then try again.");
}

function read(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return null;
  }
}

function failure(response: Response, answer: unknown): ApiError {
  const error = (answer as { error?: Failure } | null)?.error ?? {};
  return failureOf(
    { ...error, correlation_id: error.correlation_id ?? response.headers.get("x-correlation-id") },
    response.status,
  );
}

/** Takes a failure that the server tells of. */
export function failureOf(error: Failure, status: number): ApiError {
  return new ApiError(
    status,
    error.code ?? `HTTP_${status}`,
    error.message ?? `The server answered ${status} without an explanation.`,
    error.details ?? {},
    error.correlation_id ?? null,
    error.module ?? null,
  );
}
