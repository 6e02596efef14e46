import { RECORD_SHADES } from "../runs/run-cells.js";
import { countText } from "./figures.js";

/** What the colours of cells mean, and how much there is of each. */
export function Legend(props: {
  readonly counts: readonly (readonly [string, number])[];
}) {
  return (
    <ul class="legend" aria-label="Colours">
      {props.counts.map(([name, count]) => (
        <li key={name}>
          <span class={`swatch ${name}`} />
          {name} <span class="figure">{countText(count)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The shades from no record to the most. */
export function ShadeLegend(props: {
  readonly most: string;
  readonly isPerRun: boolean;
}) {
  const shades = Array.from({ length: RECORD_SHADES + 1 }, (_, n) => n);
  return (
    <ul class="legend" aria-label="Colours">
      <li>
        <span class="swatch Starting" />
        not exported
      </li>
      <li>
        no record
        <span class="shades" aria-hidden="true">
          {shades.map((shade) => (
            <span key={shade} class={`swatch records${String(shade)}`} />
          ))}
        </span>
        {`${props.most} ${props.isPerRun ? "a run" : "a cell"}`}
      </li>
    </ul>
  );
}
