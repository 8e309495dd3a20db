import { key, setKey } from "../api/session";
import { useTitle } from "../ui/useTitle";
import { Mark } from "./Mark";
import "./key.css";

/** Asks for the API key; the tab keeps it, nothing else does. */
export function KeyForm() {
  useTitle("Sign in");
  return (
    <main class="key-page">
      <form
        class="key-form card"
        onSubmit={(event) => {
          event.preventDefault();
          const value = new FormData(event.currentTarget).get("key");
          if (typeof value === "string" && value.trim()) setKey(value.trim());
        }}
      >
        <Mark />
        <h1>This server wants a key</h1>
        <p>Enter the API key of the server. It stays in this tab and is forgotten when you close it.</p>
        {key() !== null && (
          <p class="key-refused" role="alert">
            The server refused the last key.
          </p>
        )}
        <label for="api-key">API key</label>
        <input id="api-key" name="key" type="password" class="input" required autoFocus autocomplete="off" />
        <button type="submit" class="button primary">
          Continue
        </button>
      </form>
    </main>
  );
}
