import type { Assessment } from '../api.js';
import { formatScore } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { formatTime } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { texts } from '../texts.js';

/** Lowest bar, in per cent: what can be clicked has to be seen. */
const LOWEST = 4;

/** A client's requests as bars, oldest first: as high as the BiLSTM's score, in the colour of the level. */
export function StepTimeline({
  assessments,
  onOpen,
}: {
  readonly assessments: readonly Assessment[];
  readonly onOpen: (assessment: Assessment) => void;
}) {
  if (assessments.length === 0) return <Empty />;
  return (
    <ol className="timeline">
      {assessments.toReversed().map((assessment) => {
        const { id, at, level, request, scores } = assessment;
        const bilstm = scores.bilstm === null ? texts.detail.absent : formatScore(scores.bilstm);
        const name = `${formatTime(at)}, ${visible(request.method)} ${visible(request.route)}, ${texts.detail.bilstm} ${bilstm}, ${texts.levels[level]}`;
        return (
          <li key={id}>
            <button type="button" aria-label={name} title={name} onClick={() => onOpen(assessment)}>
              <span className={level} style={{ height: `${Math.max(LOWEST, (scores.bilstm ?? 0) * 100)}%` }} />
            </button>
          </li>
        );
      })}
    </ol>
  );
}
