import { useState } from "preact/hooks";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { Modal } from "../page/modal.js";
import { ask, messageOf } from "../page/request.js";
import { type Control, controlsOf } from "./control-choices.js";
import { RunsAtOnce } from "./runs-at-once.js";
import { Alert } from "./status.js";

/** The buttons that steer a backfill in the state that it is in, each with a confirmation. */
export function Controls(props: {
  readonly path: string;
  readonly of: BackfillDescription;
  /** Told the control's path and what it answered. */
  readonly onDone: (asked: string, answer: unknown) => void;
}) {
  const [chosen, setChosen] = useState<Control | null>(null);
  return (
    <div class="controls" role="group" aria-label="Steer the backfill">
      {controlsOf(props.of).map((control) => (
        <button
          key={control.path}
          onClick={() => {
            setChosen(control);
          }}
        >
          {control.name}
        </button>
      ))}
      {chosen !== null && (
        <Confirmation
          path={props.path}
          control={chosen}
          onClose={() => {
            setChosen(null);
          }}
          onDone={(answer) => {
            setChosen(null);
            props.onDone(chosen.path, answer);
          }}
        />
      )}
    </div>
  );
}

function Confirmation(props: {
  readonly path: string;
  readonly control: Control;
  readonly onClose: () => void;
  readonly onDone: (answer: unknown) => void;
}) {
  const { path, control, onClose, onDone } = props;
  const [number, setNumber] = useState(String(control.concurrency ?? ""));
  const [error, setError] = useState<string | null>(null);
  const confirm = (event: Event) => {
    event.preventDefault();
    ask(`${path}${control.path}/`, "POST", bodyOf(control, number)).then(
      onDone,
      (refused: unknown) => {
        setError(messageOf(refused));
      },
    );
  };
  return (
    <Modal title={control.name} onClose={onClose}>
      <form onSubmit={confirm}>
        <p>{control.says}</p>
        {control.concurrency !== undefined && (
          <RunsAtOnce least={0} value={number} onChange={setNumber} />
        )}
        <Alert text={error} />
        <div class="choices">
          <button type="button" onClick={onClose}>
            Go back
          </button>
          <button class="primary">Confirm</button>
        </div>
      </form>
    </Modal>
  );
}

function bodyOf(control: Control, number: string): object {
  return control.concurrency === undefined
    ? control.body
    : { ...control.body, concurrency: Number(number) };
}
