import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BehaviourRole, gateBehaviour } from './gate/gate-behaviour.js';
import { python } from './python.js';
import { publishReports, release, shippedModel } from './release.js';
import { SETTINGS } from './settings.js';
import type { Stage } from './stages.js';

/**
 * From recordings of the traffic lab to a released flow tower and BiLSTM.
 *
 * @param recordings - folder of recordings, one folder each; the last by name is the one that figures are measured on
 * @param flows - folder of CICIDS2017 rows, for a comparison in the report
 */
export function behaviourStages(recordings: string, flows: string): Stage[] {
  const { root, work } = SETTINGS;
  const code = ['behaviour', 'lab_data', 'release'].map((name) => join(root, 'python', name));
  const heldOut = join(work, 'held-out-behaviour');
  const data = (): string[] => [
    '--data',
    ...readdirSync(recordings)
      .sort()
      .map((name) => join(recordings, name)),
  ];
  return [
    {
      name: 'behaviour-held-out',
      reads: [recordings, ...code],
      writes: [heldOut],
      run: () => python('behaviour.held_out', ...data(), '--out', heldOut),
    },
    ...stagesOf('flow', [recordings, ...code], heldOut, (out) =>
      python('behaviour.fit_flow', ...data(), ...out, '--benchmark', join(flows, 'cicids2017_corrected.csv.gz')),
    ),
    ...stagesOf('sequence', [recordings, ...code], heldOut, (out) =>
      python('behaviour.fit_sequence', ...data(), ...out, '--members', SETTINGS.models),
    ),
  ];
}

function stagesOf(
  role: BehaviourRole,
  reads: readonly string[],
  heldOut: string,
  fit: (out: readonly string[]) => void,
): Stage[] {
  const { work, models, reports, versions, root } = SETTINGS;
  const version = versions[role];
  const candidate = join(work, 'candidate', role, version);
  const pages = join(work, 'reports');
  return [
    {
      name: `${role}-fit`,
      reads,
      settings: { version },
      writes: [candidate],
      run() {
        rmSync(candidate, { recursive: true, force: true });
        mkdirSync(pages, { recursive: true });
        fit(['--out', candidate, '--reports', pages]);
      },
    },
    {
      name: `${role}-gate`,
      reads: [candidate, heldOut, join(root, 'src', 'gate')],
      writes: [join(models, role, version)],
      async run() {
        const shipped = shippedModel(join(models, role));
        const result = await gateBehaviour(role, heldOut, candidate, shipped);
        writeFileSync(join(work, `${role}-gate.json`), JSON.stringify(result, null, 2));
        if (result.reasons.length > 0) throw new Error(`Refused, worse than ${shipped}: ${result.reasons.join('; ')}.`);
        release(candidate, version, join(models, role));
        publishReports(pages, reports, role, version);
      },
    },
  ];
}
