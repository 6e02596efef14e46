import { useState } from "preact/hooks";
import { Alert } from "../backfills/status.js";
import { ask, messageOf } from "../page/request.js";

/** Takes a key once. The session is a cookie that no script can read. */
export function Login({ onDone }: { readonly onDone: () => void }) {
  const [key, setKey] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    ask("session", "POST", { key: key.trim() }).then(
      onDone,
      (refused: unknown) => {
        setError(messageOf(refused));
      },
    );
  };
  return (
    <main class="login">
      <h1>Refill</h1>
      <form onSubmit={submit}>
        <label>
          API key
          <input
            type="password"
            autocomplete="off"
            required
            value={key}
            onInput={(event) => {
              setKey(event.currentTarget.value);
            }}
          />
        </label>
        <p class="quiet">
          Made with <code>refill key create</code>. It stays in this browser for
          12 hours.
        </p>
        <Alert text={error} />
        <button class="primary">Sign in</button>
      </form>
    </main>
  );
}
