/** A name and what goes with it, in a `dl`. */
export function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </div>
  );
}
