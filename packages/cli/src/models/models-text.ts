import type { Paint } from '../output.js';
import { printable } from '../printable.js';
import { table } from '../table.js';
import type { ModelListing, VerificationReport } from './model-reports.js';

/** The models for people, line by line. */
export function listingText(models: readonly ModelListing[], paint: Paint): string[] {
  const columns = [
    { title: 'model' },
    { title: 'name' },
    { title: 'version' },
    { title: 'reads' },
    { title: 'bytes', align: 'right' },
    { title: 'sha256' },
  ] as const;
  const rows = models.map(({ role, name, version, schema, bytes, sha256 }) => [
    role,
    printable(name),
    printable(version),
    printable(schema),
    bytes.toLocaleString('en'),
    sha256,
  ]);
  const [heading = '', ...lines] = table(columns, rows);
  return [paint.dim(heading), ...lines];
}

/** What was verified, line by line. */
export function verificationText({ models, absentRuntimes }: VerificationReport, paint: Paint): string[] {
  const lines = models.map(({ role, ok, model, runtimes, golden, problem }) => {
    const name = model === null ? role : `${role}  ${printable(model.name)} ${printable(model.version)}`;
    const vectors =
      golden === null
        ? ''
        : `  ${golden.entries} golden vectors, worst deviation ${golden.worst.toExponential(1)} on ${runtimes.join(', ')}`;
    const mark = ok ? paint.green('ok    ') : paint.red('FAILED');
    return `${mark}  ${name}${vectors}${problem === null ? '' : `  ${paint.red(printable(problem))}`}`;
  });
  const absent = `not verified on ${absentRuntimes.join(', ')}: not installed here`;
  return absentRuntimes.length === 0 ? lines : [...lines, paint.dim(absent)];
}
