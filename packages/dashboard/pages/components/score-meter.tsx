import type { Level } from '../api.js';
import { formatScore } from './number-format.js';

/** A score in [0, 1] as a bar and a number. */
export function ScoreMeter({ score, kind }: { readonly score: number; readonly kind: Level | 'cnn' | 'bilstm' }) {
  return (
    <span className="meter">
      <span className="track">
        <span className={kind} style={{ width: `${score * 100}%` }} />
      </span>
      {formatScore(score)}
    </span>
  );
}
