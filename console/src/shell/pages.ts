import { migratedDatabase, sqlAllowed } from "../api/store";
import { migrationsHref } from "../ui/href";
import type { IconName } from "../ui/Icon";

export interface PageLink {
  href: string;
  label: string;
  icon: IconName;
  current: boolean;
}

/** The pages that the server has, seen from an address. */
export function pages(path: string): PageLink[] {
  const link = (href: string, label: string, icon: IconName, also = href): PageLink => ({
    href,
    label,
    icon,
    current: path === href || path === also,
  });
  const migrated = migratedDatabase(path);
  return [
    link("/", "Overview", "home", "/overview"),
    ...(sqlAllowed() ? [link("/sql", "SQL", "code")] : []),
    ...(migrated === null ? [] : [link(migrationsHref(migrated), "Migrations", "steps")]),
    link("/health", "Health", "pulse"),
  ];
}
