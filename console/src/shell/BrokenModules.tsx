import { site } from "../api/store";
import type { Problem } from "../api/types";
import { Icon } from "../ui/Icon";

/** Modules that could not be read, each with what is wrong and where. */
export function BrokenModules({ class: name = "" }: { class?: string }) {
  const modules = site.value.data?.modules.filter(({ state }) => state === "failed") ?? [];
  if (modules.length === 0) return null;
  return (
    <section class={`broken ${name}`} aria-label="Broken modules">
      <h2>Broken modules</h2>
      <ul>
        {modules.map(({ name, problem }) => (
          <li key={name}>
            <p class="broken-name">
              <Icon name="warning" />
              {name}
            </p>
            {problem && <ProblemText problem={problem} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** File and line, what is wrong, what was expected. */
export function ProblemText({ problem }: { problem: Problem }) {
  return (
    <div class="problem">
      {problem.file && (
        <code>
          {problem.file}
          {problem.line !== null && `:${problem.line}`}
        </code>
      )}
      <p>{withCode(problem.message)}</p>
      {problem.expected && <p class="muted">Expected: {withCode(problem.expected)}</p>}
    </div>
  );
}

/** What stands between backticks is code. */
function withCode(text: string) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}
