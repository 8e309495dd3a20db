import { Component, type ComponentChildren } from "preact";
import { asApiError } from "../api/useLoad";
import { ErrorBox } from "../ui/ErrorBox";
import { Page } from "../ui/Page";

interface State {
  error: Error | null;
}

/** Keeps a fault of one view from taking the shell with it. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { error: null };

  static override getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <Page title="This view failed">
        <ErrorBox error={asApiError(this.state.error)} retry={() => this.setState({ error: null })} />
      </Page>
    );
  }
}
