import type { SelfTest } from '../api.js';
import { formatCount, formatDuration } from '../components/number-format.js';
import { texts } from '../texts.js';

/** Whether the models answer as they did when they were released. */
export function SelfTestResult({ test }: { readonly test: SelfTest }) {
  return (
    <div className={`callout ${test.ok === false ? 'error' : ''}`} role="status">
      <strong>{test.ok === false ? texts.models.failed : texts.models.passed}</strong>
      <ul>
        {test.results.map(({ role, cases, worst, tolerance, ok, ms }) => (
          <li key={role}>
            <span className={`badge ${ok === false ? 'critical' : 'ok'}`}>{role}</span>{' '}
            {texts.models.cases(formatCount(cases))}
            {worst !== null && `, ${texts.models.worst(worst.toExponential(1), String(tolerance))}`},{' '}
            {formatDuration(ms)}
          </li>
        ))}
      </ul>
    </div>
  );
}
