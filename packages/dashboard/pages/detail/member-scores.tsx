import type { Assessment } from '../api.js';
import { ScoreMeter } from '../components/score-meter.js';
import { texts } from '../texts.js';

/** What each model says, and what they say together. */
export function MemberScores({ assessment }: { readonly assessment: Assessment }) {
  const { scores, score, level } = assessment;
  const members = [
    [texts.detail.content, scores.content, 'cnn'],
    [texts.detail.flow, scores.flow, 'cnn'],
    [texts.detail.cnn, scores.cnn, 'cnn'],
    [texts.detail.bilstm, scores.bilstm, 'bilstm'],
    [texts.detail.ensemble, score, level],
  ] as const;
  return (
    <dl className="facts">
      {members.map(([name, value, kind]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>
            {value === null ? (
              <span className="muted">{texts.detail.absent}</span>
            ) : (
              <ScoreMeter score={value} kind={kind} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
