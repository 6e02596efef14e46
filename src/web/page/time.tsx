import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { utcText, zoneText } from "./figures.js";

/** The zone of the export that is shown. */
export const Zone = createContext("UTC");

/** A time in UTC, and where the export's clocks show it on hover. */
export function Time({ at }: { readonly at: string | null }) {
  const zone = useContext(Zone);
  if (at === null) return <span>–</span>;
  return (
    <time dateTime={at} title={`${utcText(at)} UTC, ${zoneText(at, zone)}`}>
      {utcText(at)}
    </time>
  );
}
