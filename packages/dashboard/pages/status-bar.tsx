import { TriangleAlert } from 'lucide-react';
import type { Health } from './api.js';
import { formatCount } from './components/number-format.js';
import { formatSpan } from './components/time.js';
import { texts } from './texts.js';
import { useHealth } from './use-health.js';

/** The mode, and loudly whatever does not work. */
export function StatusBar() {
  const { data } = useHealth();
  if (data === undefined) return <div className="status-bar skeleton" />;
  const troubles = troublesOf(data);
  return (
    <div className={`status-bar ${data.mode} ${troubles.length > 0 ? 'degraded' : ''}`} role="status">
      <span className={`badge ${data.mode}`}>{texts.modeNames[data.mode]}</span>
      <span>{texts.modes[data.mode]}</span>
      {troubles.map((trouble) => (
        <strong key={trouble} className="live">
          <TriangleAlert size={16} aria-hidden="true" />
          {trouble}
        </strong>
      ))}
      <span className="muted small">
        {troubles.length === 0 && `${texts.health.ok} · `}
        {texts.health.models(
          data.models.map(({ role, version }) => `${role} ${version}`).join(', ') || texts.common.none,
        )}
        {' · '}
        {texts.health.uptime(formatSpan(data.instance.uptimeS * 1_000))}
      </span>
    </div>
  );
}

function troublesOf({ counters, models }: Health): string[] {
  const parts = Object.entries(counters.degraded).map(([part, times]) => `${part} (${formatCount(times)}×)`);
  return [
    ...(models.length === 0 ? [texts.health.noModels] : []),
    ...(parts.length > 0 ? [texts.health.degraded(parts.join(', '))] : []),
    ...(counters.dropped > 0 ? [texts.health.dropped(formatCount(counters.dropped))] : []),
  ];
}
