import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/** Something long below its name, made only once it is opened. */
export function Disclosure(props: {
  readonly name: string;
  /** Something beside the matter, which is not to look like a heading. */
  readonly isQuiet?: boolean;
  readonly children: () => ComponentChildren;
}) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      class={props.isQuiet === true ? "aside" : undefined}
      onToggle={(event) => {
        setIsOpen(event.currentTarget.open);
      }}
    >
      <summary>{props.name}</summary>
      {isOpen && props.children()}
    </details>
  );
}
