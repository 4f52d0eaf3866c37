/**
 * Every error this library throws, by code. `docs/errors.md` has one heading per code, and a test compares the two lists.
 * Codes are stable: match on `error.code`, never on the text.
 */
export const ERRORS = {
  API_SECURITY_OPTION_UNKNOWN: 'An option has a name that does not exist.',
  API_SECURITY_OPTION_INVALID: 'An option has a value that it cannot take.',
  API_SECURITY_MODEL_NOT_FOUND: 'A model directory or one of its files is missing.',
  API_SECURITY_MODEL_MANIFEST_INVALID: 'A manifest.json is not what the model contract asks for.',
  API_SECURITY_MODEL_HASH_MISMATCH: 'A model file is not the one its manifest was written for.',
  API_SECURITY_MODEL_SCHEMA_MISMATCH: 'A model was trained on another feature schema than this version extracts.',
  API_SECURITY_MODEL_SHAPE_MISMATCH: "A model's inputs or outputs do not have the shape that its role needs.",
  API_SECURITY_MODEL_LOAD_FAILED: 'The run time could not load a model file.',
  API_SECURITY_MODEL_UNSUPPORTED: 'A graph is none of the architectures that the run time was written for.',
  API_SECURITY_MODEL_GOLDEN_INVALID: 'A golden.json is not JSON, or holds no golden vectors of its role.',
  API_SECURITY_MODEL_OUTPUT_INVALID: 'A model returned something other than finite numbers of the expected shape.',
  API_SECURITY_RUNTIME_UNAVAILABLE: 'No run time for the models can be loaded on this machine.',
  API_SECURITY_REQUEST_INVALID:
    'A request described to analyze() is not well formed, or there is no Node request to guard.',
  API_SECURITY_STORE_INPUT_INVALID: 'A query or record given to a store is not valid.',
  API_SECURITY_STORE_NOT_MIGRATED: 'A database does not have the tables of this version.',
  API_SECURITY_STORE_FAILED: 'The server behind a store could not be reached, refused, or took too long.',
  API_SECURITY_DEPENDENCY_MISSING: 'A package that is needed for an option is not installed.',
  API_SECURITY_CLOSED: 'The engine, store or model was used after close().',
  API_SECURITY_TIMEOUT: 'A step took longer than its budget.',
} as const;

/** A stable error code, `API_SECURITY_…`. */
export type ErrorCode = keyof typeof ERRORS;

/** The one error class of this library. */
export class ApiSecurityError extends Error {
  override readonly name = 'ApiSecurityError';
  /** Stable; the thing to match on. */
  readonly code: ErrorCode;

  /**
   * @param code - one of {@link ERRORS}
   * @param detail - what was wrong, what was got, and what to do, in one or two sentences
   * @param options - `cause`: the error behind this one
   */
  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${detail} [${code}]`, options);
    this.code = code;
  }
}
