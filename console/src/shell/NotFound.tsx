import { Page } from "../ui/Page";

export function NotFound() {
  return (
    <Page title="Nothing here">
      <p class="muted">
        No view has this address. <a href="/">Go to the overview</a>, or press <kbd class="kbd">Ctrl</kbd>{" "}
        <kbd class="kbd">K</kbd> to look for a table.
      </p>
    </Page>
  );
}
