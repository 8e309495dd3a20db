import { useLocation } from "preact-iso";
import { Icon } from "../ui/Icon";
import { pages } from "./pages";

/** The pages in the drawer, where the top bar has no room for them. */
export function PageLinks() {
  const { path } = useLocation();
  return (
    <nav class="side-pages narrow-only" aria-label="Pages">
      {pages(path).map(({ href, label, icon, current }) => (
        <a key={label} href={href} aria-current={current ? "page" : undefined}>
          <Icon name={icon} />
          {label}
        </a>
      ))}
    </nav>
  );
}
