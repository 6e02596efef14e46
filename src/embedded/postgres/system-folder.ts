/**
 * Where root keeps binaries and clusters that the OS user of Postgres could not enter otherwise (a data dir below a
 * root's home, say). Every folder on the way can be entered by everyone; the clusters themselves are closed.
 */
export const systemFolder = "/var/lib/refill";
