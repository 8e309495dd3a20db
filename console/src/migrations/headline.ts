import type { Migration, MigrationStatus } from "../api/types";
import { plural } from "../ui/format";
import type { IconName } from "../ui/Icon";

export interface Headline {
  tone: "good" | "wait" | "warn" | "bad";
  icon: IconName;
  text: string;
  more: string;
}

/** How the migrations stand, in a few words. */
export function headline({ current, applied, pending }: MigrationStatus): Headline {
  const at = current === null ? "No migration is applied yet." : `The schema is at version ${current}.`;
  const stopped = pending.find(({ state }) => state === "stopped");
  if (stopped) {
    const of = stopped.statement_count ? ` of ${stopped.statement_count}` : "";
    return {
      tone: "bad",
      icon: "warning",
      text: `${name(stopped)} stopped at statement ${stopped.statement}${of}`,
      more: "What stands before it was done. Mend the file from there on, then resume.",
    };
  }
  const odd = [...applied, ...pending].filter(({ state }) => !["applied", "pending"].includes(state));
  if (odd.length > 0) {
    return {
      tone: "warn",
      icon: "warning",
      text: `${plural(odd.length, "file")} ${odd.length === 1 ? "does" : "do"} not fit what was applied`,
      more: `${at} Nothing runs until that is mended.`,
    };
  }
  if (pending.length > 0) return { tone: "wait", icon: "steps", text: `${pending.length} pending`, more: at };
  return {
    tone: "good",
    icon: "check",
    text: applied.length > 0 ? "Up to date" : "No migrations yet",
    more: applied.length > 0 ? at : "The folder of migrations is empty.",
  };
}

/** `V7`, or what a repeatable migration is called. */
export function name({ version, repeatable, description }: Migration): string {
  return repeatable ? description : `V${version}`;
}
