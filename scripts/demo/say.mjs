/** Progress goes to stderr: stdout is for the report. */
export function say(line) {
  process.stderr.write(`demo: ${line}\n`);
}

/** Says what is waited for and, after it, how long it took. */
export async function timed(what, work) {
  say(`${what} …`);
  const startedMs = Date.now();
  const result = await work();
  say(`${what}: done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  return result;
}
