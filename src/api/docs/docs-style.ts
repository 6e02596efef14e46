/** How the page looks. It stands in the page, whose policy names it by its hash, so that the page is one document. */
export const docsStyle = `
:root { color-scheme: light dark; --quiet: light-dark(#57606a, #9aa4af); --line: light-dark(#d0d7de, #3d444d);
  --link: light-dark(#0550ae, #79b8ff); --fill: light-dark(#f6f8fa, #1c2128); }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; line-height: 1.5; font-family: system-ui, sans-serif;
  color: light-dark(#1f2328, #e6edf3); background: light-dark(#ffffff, #0d1117); }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 0.5rem; font-weight: normal; }
h4 { margin: 1rem 0 0.25rem; }
p { margin: 0.5rem 0; }
nav h2 { margin: 1rem 0 0; border: 0; font-size: 1rem; }
nav ul { columns: 18rem; column-gap: 2rem; padding-left: 1rem; margin: 0.25rem 0; }
nav li { break-inside: avoid; }
.place { display: block; padding: 0.5rem; background: var(--fill); border-radius: 0.25rem; font-size: 1rem; }
.quiet { color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); }
:target { scroll-margin-top: 1rem; }
:target > h3 .place { outline: 2px solid var(--link); }
`;
