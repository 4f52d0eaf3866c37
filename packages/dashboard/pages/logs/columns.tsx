import type { ReactNode } from 'react';
import type { Assessment } from '../api.js';
import { LevelBadge } from '../components/level-badge.js';
import { formatDuration } from '../components/number-format.js';
import { ScoreMeter } from '../components/score-meter.js';
import { Time } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';

interface Column {
  readonly title: string;
  readonly isEnd?: boolean;
  readonly cell: (assessment: Assessment) => ReactNode;
}

const absent = <span className="muted">–</span>;

/** What can be shown of a request in a row. */
export const COLUMNS = {
  time: { title: texts.common.time, cell: ({ at }) => <Time at={at} /> },
  level: { title: texts.common.level, cell: ({ level }) => <LevelBadge level={level} /> },
  score: { title: texts.common.score, cell: ({ score, level }) => <ScoreMeter score={score} kind={level} /> },
  category: { title: texts.common.category, cell: ({ category }) => category ?? absent },
  cnn: {
    title: texts.detail.cnn,
    cell: ({ scores: { cnn } }) => (cnn === null ? absent : <ScoreMeter score={cnn} kind="cnn" />),
  },
  bilstm: {
    title: texts.detail.bilstm,
    cell: ({ scores: { bilstm } }) => (bilstm === null ? absent : <ScoreMeter score={bilstm} kind="bilstm" />),
  },
  client: {
    title: texts.common.client,
    cell: ({ client, tenant }) => (
      <a className="break" href={linkTo('clients', { key: client.key, tenant })}>
        {visible(client.key)}
      </a>
    ),
  },
  address: { title: texts.common.address, cell: ({ client }) => client.address },
  status: { title: texts.common.status, isEnd: true, cell: ({ response }) => response?.status || absent },
  action: {
    title: texts.common.action,
    cell: ({ decision }) => (
      <span className={`badge ${decision.action === 'deny' ? 'deny' : ''}`}>{texts.actions[decision.action]}</span>
    ),
  },
  inspection: {
    title: texts.logs.inspection,
    isEnd: true,
    cell: ({ durationMs }) => formatDuration(durationMs),
  },
  tenant: { title: texts.common.tenant, cell: ({ tenant }) => (tenant === null ? absent : visible(tenant)) },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;

export const DEFAULT_COLUMNS: readonly ColumnName[] = [
  'time',
  'level',
  'score',
  'category',
  'client',
  'status',
  'action',
];

/** A column by its name, with what columns may have. */
export function columnOf(name: ColumnName): Column {
  return COLUMNS[name];
}
