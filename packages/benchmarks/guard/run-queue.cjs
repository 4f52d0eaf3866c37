const { readFileSync } = require('node:fs');

/**
 * Time that the main thread of this process was ready to run and had no core, in µs since it began: somebody else had it.
 * 0 where the system does not say.
 */
exports.waitedMicros = () => {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1_000;
  } catch {
    return 0;
  }
};
