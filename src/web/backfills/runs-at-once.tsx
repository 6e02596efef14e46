/** Asks for how many runs are to be at work at once. */
export function RunsAtOnce(props: {
  readonly least: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label>
      Runs at once
      <input
        type="number"
        min={props.least}
        max={500}
        required
        value={props.value}
        onInput={(event) => {
          props.onChange(event.currentTarget.value);
        }}
      />
    </label>
  );
}
