import type { Evidence } from '@api-security/core';
import { formatScore } from '../components/number-format.js';
import { texts } from '../texts.js';
import { visible } from './visible.js';

/** One value that spoke: what it was decoded to, with the part that moved the score most. */
export function EvidenceView({ evidence }: { readonly evidence: Evidence }) {
  const { place, excerpt, decoded, chain, category, score, from, to } = evidence;
  return (
    <li className="evidence">
      <div className="actions">
        <code className="break">{visible(place)}</code>
        <span className="badge accent">{category}</span>
        <span className="number muted">{formatScore(score)}</span>
        {chain.length > 0 && <span className="muted small">{texts.detail.decodedFrom(chain.join(' → '))}</span>}
      </div>
      <div className="evidence-text">
        {visible(decoded.slice(0, from))}
        {to > from && <mark>{visible(decoded.slice(from, to))}</mark>}
        {visible(decoded.slice(to))}
      </div>
      {excerpt !== decoded && (
        <div className="small muted">
          {texts.detail.asItCame}: <code className="break">{visible(excerpt)}</code>
        </div>
      )}
    </li>
  );
}
