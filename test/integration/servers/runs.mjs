import { spawn } from "node:child_process";
import { once } from "node:events";

/** Whether a program is there and this machine can run it. */
export async function runs(command, ...args) {
  const child = spawn(command, args, { stdio: "ignore", timeout: 20_000 });
  const [code] = await once(child, "exit").catch(() => [null]);
  return code === 0;
}
