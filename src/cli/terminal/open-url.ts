/**
 * Opens a URL in the person's browser. Returns at once; where it shows that no browser was opened, which may be later,
 * `onFailure` is told why.
 */
export function openUrl(
  url: string,
  onFailure: (reason: string) => void,
): void {
  launch(url, onFailure).catch((error: unknown) => {
    onFailure(String(error));
  });
}

async function launch(
  url: string,
  onFailure: (reason: string) => void,
): Promise<void> {
  // Loaded late: few commands open anything.
  const { default: open } = await import("open");
  const launcher = await open(url);
  launcher.once("exit", (code) => {
    if (code === null || code === 0) return;
    onFailure(`the program that opens links ended with ${String(code)}`);
  });
}
