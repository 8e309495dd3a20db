import type { ComponentChildren } from "preact";
import { useTitle } from "./useTitle";
import "./page.css";

interface Props {
  title: string;
  /** What stands at the right of the title. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

/** A view that scrolls as a whole: a title, and content of a readable width. */
export function Page({ title, aside, children }: Props) {
  useTitle(title);
  return (
    <div class="page">
      <div class="page-inner">
        <header class="page-head">
          <h1 class="grow clip">{title}</h1>
          {aside}
        </header>
        {children}
      </div>
    </div>
  );
}
