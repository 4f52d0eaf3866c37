/** What the program tells its caller when it ends. Stable; documented in the README. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** `analyze --fail`: the request reached HIGH or above. */
  detected: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** A file is missing, unreadable, or not what it should be. */
  input: 3,
  /** A model or the engine failed, or something passed unscored. */
  engine: 4,
  /** A database could not be reached, refused, or took too long. */
  store: 5,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
