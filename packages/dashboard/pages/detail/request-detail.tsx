import { useQuery } from '@tanstack/react-query';
import { type Assessment, ask, type Page } from '../api.js';
import { Card } from '../components/card.js';
import { LevelBadge } from '../components/level-badge.js';
import { formatBytes, formatDuration } from '../components/number-format.js';
import { ScoreMeter } from '../components/score-meter.js';
import { Loaded } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { formatTime, Time } from '../components/time.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';
import { EvidenceView } from './evidence-view.js';
import { FeatureTable } from './feature-table.js';
import { MemberScores } from './member-scores.js';
import { visible } from './visible.js';

/** Everything that is known of one request, the most telling first. */
export function RequestDetail({ assessment }: { readonly assessment: Assessment }) {
  const { request, client, level, evidence, recommendation, features, signals, unusual, response, decision } =
    assessment;
  const marks = [
    ...(assessment.truncated.length > 0 ? [texts.detail.cut(assessment.truncated.join(', '))] : []),
    ...(assessment.unparsed.length > 0 ? [texts.detail.unparsed(assessment.unparsed.join(', '))] : []),
    ...(assessment.degraded.length > 0 ? [texts.detail.degraded(assessment.degraded.join(', '))] : []),
  ];
  return (
    <>
      <div className="section">
        <div className="actions">
          <LevelBadge level={level} />
          {assessment.category !== null && <span className="badge accent">{assessment.category}</span>}
          <span className={`badge ${decision.action === 'deny' ? 'deny' : ''}`}>{texts.actions[decision.action]}</span>
          <span className="muted small">{formatTime(assessment.at)}</span>
        </div>
        <code className="break">
          {visible(request.method)} {visible(request.path)}
        </code>
        <dl className="facts">
          <dt>{texts.common.client}</dt>
          <dd className="break">
            <a href={linkTo('clients', { key: client.key, tenant: assessment.tenant })}>{visible(client.key)}</a>
            {client.address !== client.key && client.address !== '' && <span className="muted"> {client.address}</span>}
          </dd>
          <dt>{texts.common.route}</dt>
          <dd className="break">{visible(request.route)}</dd>
          {assessment.tenant !== null && (
            <>
              <dt>{texts.common.tenant}</dt>
              <dd className="break">{visible(assessment.tenant)}</dd>
            </>
          )}
          <dt>{texts.detail.response}</dt>
          <dd>
            {response === null
              ? texts.detail.noResponse
              : `${response.status}, ${formatBytes(response.bytes)}, ${formatDuration(response.durationMs)}`}
          </dd>
          <dt>{texts.logs.inspection}</dt>
          <dd>
            {texts.detail.inspected(formatBytes(assessment.inspectedBytes), formatDuration(assessment.durationMs))}
          </dd>
        </dl>
        {marks.map((mark) => (
          <p key={mark} className="callout warning">
            {mark}
          </p>
        ))}
      </div>
      {recommendation !== '' && (
        <p className="callout">
          <strong>{texts.detail.recommendation}: </strong>
          {recommendation}
        </p>
      )}
      <section className="section">
        <h3>{texts.detail.evidence}</h3>
        {evidence.length === 0 ? (
          <p className="muted">{level === 'low' ? texts.detail.lowEvidence : texts.detail.noEvidence}</p>
        ) : (
          <ul className="section">
            {evidence.map((one) => (
              <EvidenceView key={`${one.place} ${one.category}`} evidence={one} />
            ))}
          </ul>
        )}
      </section>
      <div className="two">
        <section className="section">
          <h3>{texts.detail.scores}</h3>
          <MemberScores assessment={assessment} />
        </section>
        <section className="section">
          <h3>{texts.detail.signals}</h3>
          <FeatureTable features={signals} unusual={unusual} label={texts.detail.signals} />
        </section>
      </div>
      <SequenceAround assessment={assessment} />
      <details>
        <summary>{texts.detail.features}</summary>
        {features.length === 0 ? (
          <p className="muted">{texts.detail.featuresAbsent}</p>
        ) : (
          <FeatureTable features={features} unusual={unusual} label={texts.detail.features} />
        )}
      </details>
      <details>
        <summary>{texts.detail.headers}</summary>
        <dl className="facts">
          {request.headers.map(([name, value], i) => (
            <div key={i} style={{ display: 'contents' }}>
              <dt className="mono">{visible(name)}</dt>
              <dd className="mono break">{visible(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

/** Requests of the same client before it, so that a sequence can be seen for what it is. */
function SequenceAround({ assessment }: { readonly assessment: Assessment }) {
  const { client, tenant, at } = assessment;
  const query = useQuery({
    queryKey: ['logs', 'around', client.key, tenant, at],
    queryFn: () => ask<Page<Assessment>>('logs', { client: client.key, tenant, to: at + 1, limit: 8 }),
  });
  return (
    <Card
      title={texts.detail.sequence}
      isFlush
      aside={<a href={linkTo('clients', { key: client.key, tenant })}>{texts.detail.allOfClient}</a>}
    >
      <Loaded query={query} isBlock={false}>
        {({ items }) => (
          <TableScroll label={texts.detail.sequence}>
            <table>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <td className="muted">
                      <Time at={one.at} />
                    </td>
                    <td>
                      <span className="path">
                        {visible(one.request.method)} {visible(one.request.route)}
                      </span>
                    </td>
                    <td className="end">{one.response?.status ?? '–'}</td>
                    <td>{one.scores.bilstm !== null && <ScoreMeter score={one.scores.bilstm} kind="bilstm" />}</td>
                    <td>
                      <LevelBadge level={one.level} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        )}
      </Loaded>
    </Card>
  );
}
