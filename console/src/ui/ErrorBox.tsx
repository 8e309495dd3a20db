import type { ApiError } from "../api/client";
import { copy } from "./clipboard";
import { Icon } from "./Icon";
import "./error.css";

/** A failure in the place of what failed: the sentence, its code, its id, and a way to try again. */
export function ErrorBox({ error, retry }: { error: ApiError; retry?: (() => void) | undefined }) {
  return (
    <div class="error-box" role="alert">
      <Icon name="warning" />
      <div class="grow">
        <p class="error-message">{error.message}</p>
        <p class="error-meta">
          <code>{error.code}</code>
          <Position details={error.details} />
          {error.module && <span>module {error.module}</span>}
          {error.correlationId && <Correlation id={error.correlationId} />}
        </p>
      </div>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function Position({ details: { line, column } }: Pick<ApiError, "details">) {
  if (typeof line !== "number") return null;
  return (
    <span>
      line {line}
      {typeof column === "number" && `, column ${column}`}
    </span>
  );
}

function Correlation({ id }: { id: string }) {
  return (
    <button type="button" class="error-id" title="Copy the id" onClick={() => copy(id, "Id")}>
      id <code>{id}</code>
    </button>
  );
}
