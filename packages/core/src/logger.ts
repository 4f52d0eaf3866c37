/** A pino-shaped logger: an object of fields, then a message. Any logger with these four methods fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Bidi marks and line separators, which JSON leaves as they are and terminals act upon. */
const INVISIBLE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * The default logger: one JSON line an event at `info` and above. Control characters, bidi marks and terminal escapes are
 * written as `\uXXXX`, so that a line is always one line and shows what it holds.
 *
 * @param write - where lines go. @defaultValue standard error
 */
export function jsonLogger(write: (line: string) => void = (line) => process.stderr.write(line)): Logger {
  const log = (level: string) => (fields: object, message: string) => {
    const line = JSON.stringify({
      level,
      time: new Date().toISOString(),
      name: 'api-security',
      msg: message,
      ...fields,
    });
    write(`${line.replace(INVISIBLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
  };
  return { debug() {}, info: log('info'), warn: log('warn'), error: log('error') };
}
