import { getPanels } from "../api/endpoints";
import type { PanelInfo } from "../api/types";
import { useLoad } from "../api/useLoad";
import { BrokenModules } from "../shell/BrokenModules";
import { ErrorBox } from "../ui/ErrorBox";
import { Page } from "../ui/Page";
import { Panel } from "./Panel";
import { Start } from "./Start";
import "./overview.css";

/** The panels of the server; without any, what there is to look into. */
export function Overview() {
  const { data, error, reload } = useLoad("panels", getPanels);
  if (data?.length === 0) return <Start />;
  const numbers = data?.filter(({ chart }) => chart === "number") ?? [];
  const others = data?.filter(({ chart }) => chart !== "number") ?? [];
  return (
    <Page title="Overview">
      <BrokenModules class="overview-broken narrow-only" />
      {error && <ErrorBox error={error} retry={reload} />}
      {numbers.length > 0 && <Panels class="tiles" panels={numbers} />}
      {others.length > 0 && <Panels class="panels" panels={others} />}
    </Page>
  );
}

function Panels({ class: name, panels }: { class: string; panels: PanelInfo[] }) {
  return (
    <div class={name}>
      {panels.map((panel) => (
        <Panel key={panel.id} panel={panel} />
      ))}
    </div>
  );
}
