/**
 * Names of what a program runs: anywhere in a name (`cmdline`, `shell_command`; executions and executives are something
 * else), and those that say so only as a word of their own.
 */
const COMMAND_NAME =
  /cmd|command|exec(?!uti|uto)|shell|(?:^|[^a-z])(?:daemon|eval|func|function|nslookup|ping|popen|proc|process|run|script|sh|system|traceroute)(?:$|[^a-z])/;

/** Names of what a program connects to, loads or sends its visitor to (`callbackurl`, `redirect_uri`, `next`). */
const LOCATION_NAME =
  /addr|avatar|callback|continue|dest|domain|endpoint|feed|forward|goto|host|href|image|img|link|next|origin|proxy|redirect|return|server|site|src|target|ur[il]|webhook|(?:^|[^a-z])ip(?:$|[^a-z])/;

/** Whether a value of this name is likely to be run as a command. `name` is in lower case, as `valueName` makes it. */
export function namesCommand(name: string): boolean {
  return COMMAND_NAME.test(name);
}

/** Whether a value of this name is likely to be taken for a host or an address. `name` as in {@link namesCommand}. */
export function namesLocation(name: string): boolean {
  return LOCATION_NAME.test(name);
}
