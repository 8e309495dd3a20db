import { useLocation } from "preact-iso";
import { sqlAllowed } from "../api/store";
import { Icon } from "../ui/Icon";

const PAGES = [
  ["/", "Overview", "home"],
  ["/sql", "SQL", "code"],
  ["/health", "Health", "pulse"],
] as const;

/** The pages in the drawer, where the top bar has no room for them. */
export function PageLinks() {
  const { path } = useLocation();
  return (
    <nav class="side-pages narrow-only" aria-label="Pages">
      {PAGES.filter(([href]) => href !== "/sql" || sqlAllowed()).map(([href, label, icon]) => (
        <a key={href} href={href} aria-current={path === href ? "page" : undefined}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
    </nav>
  );
}
