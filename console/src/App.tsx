import { LocationProvider, useLocation } from "preact-iso";
import { keyWanted } from "./api/session";
import { DatabaseView } from "./database/DatabaseView";
import { HealthView } from "./health/HealthView";
import { MigrationsView } from "./migrations/MigrationsView";
import { Overview } from "./overview/Overview";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { KeyForm } from "./shell/KeyForm";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { SqlView } from "./sql/SqlView";
import { TableView } from "./table/TableView";
import { Toast } from "./ui/toast";

export function App() {
  return (
    <LocationProvider>
      {keyWanted.value ? <KeyForm /> : <Place />}
      <Toast />
    </LocationProvider>
  );
}

function Place() {
  const { path } = useLocation();
  return (
    <Shell>
      <ErrorBoundary key={path}>
        <View path={path} />
      </ErrorBoundary>
    </Shell>
  );
}

function View({ path }: { path: string }) {
  const [first, db, kind, table, tab, ...rest] = parts(path);
  if (rest.length > 0) return <NotFound />;
  switch (first) {
    case undefined:
    case "overview":
      return db === undefined ? <Overview /> : <NotFound />;
    case "sql":
      return db === undefined ? <SqlView /> : <NotFound />;
    case "health":
      return db === undefined ? <HealthView /> : <NotFound />;
    case "d":
      if (db !== undefined && kind === undefined) return <DatabaseView key={db} db={db} />;
      if (db !== undefined && kind === "migrations" && table === undefined) {
        return <MigrationsView key={db} db={db} />;
      }
      if (db !== undefined && kind === "t" && table !== undefined && (tab ?? "schema") === "schema") {
        return <TableView key={`${db}/${table}`} db={db} table={table} tab={tab ? "schema" : "rows"} />;
      }
      return <NotFound />;
    default:
      return <NotFound />;
  }
}

function parts(path: string): string[] {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return ["not found"];
  }
}
