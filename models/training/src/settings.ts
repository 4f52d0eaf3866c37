import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT: string = fileURLToPath(new URL('..', import.meta.url));

/** Where the pipeline reads and writes, and what decides its results. */
export interface Settings {
  /** This package. */
  readonly root: string;
  /** Everything between data and release; git-ignored. `TRAINING_WORK`. */
  readonly work: string;
  /** Where released models go, one folder for each role. `TRAINING_MODELS`. */
  readonly models: string;
  /** Pages that are kept beside the code. `TRAINING_REPORTS`. */
  readonly reports: string;
  /** Of splits, generated texts, draws and first weights. `TRAINING_SEED`. */
  readonly seed: string;
  /** Steps of the content tower's fit. `TRAINING_STEPS`, for a trial run. */
  readonly steps: string;
  /** Python with the packages that the README names. `TRAINING_PYTHON`. */
  readonly pythonProgram: string;
  /** What the models of this run are called. */
  readonly versions: Readonly<Record<'content' | 'flow' | 'sequence', string>>;
}

export const SETTINGS: Settings = {
  root: ROOT,
  work: process.env.TRAINING_WORK ?? join(ROOT, '.work'),
  models: process.env.TRAINING_MODELS ?? join(ROOT, '..'),
  reports: process.env.TRAINING_REPORTS ?? join(ROOT, 'reports'),
  seed: process.env.TRAINING_SEED ?? '2026',
  steps: process.env.TRAINING_STEPS ?? '30000',
  pythonProgram: process.env.TRAINING_PYTHON ?? 'python3',
  versions: { content: '2.1.0', flow: '2.0.0', sequence: '2.0.0' },
};
