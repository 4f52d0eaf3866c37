import type { Thresholds } from '../api.js';
import { formatScore } from '../components/number-format.js';
import { texts } from '../texts.js';

const NAMES = ['medium', 'high', 'critical'] as const;

export function ThresholdSliders({
  thresholds,
  onChange,
}: {
  readonly thresholds: Thresholds;
  readonly onChange: (thresholds: Thresholds) => void;
}) {
  return NAMES.map((name) => (
    <label key={name} className="field">
      <span className="actions">
        <span className={`badge ${name}`}>{texts.levels[name]}</span>
        <span className="number">≥ {formatScore(thresholds[name])}</span>
      </span>
      <input
        type="range"
        min={0.01}
        max={1}
        step={0.01}
        value={thresholds[name]}
        onChange={(event) => onChange({ ...thresholds, [name]: Number(event.target.value) })}
      />
    </label>
  ));
}
