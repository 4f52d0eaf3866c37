import { useMutation, useQuery } from '@tanstack/react-query';
import { ask, type Model, type SelfTest, send } from '../api.js';
import { Card } from '../components/card.js';
import { formatCount } from '../components/number-format.js';
import { PageHead } from '../components/page-head.js';
import { Empty, Loaded } from '../components/states.js';
import { useRight, useSession } from '../session.js';
import { texts } from '../texts.js';
import { useHealth } from '../use-health.js';
import { CounterTable } from './counter-table.js';
import { MetricList } from './metric-list.js';
import { ReliabilityDiagram } from './reliability-diagram.js';
import { SelfTestResult } from './self-test-result.js';

export default function Models() {
  const session = useSession();
  const mayConfigure = useRight('configure');
  const query = useQuery({ queryKey: ['models'], queryFn: () => ask<Model[]>('models') });
  const counters = useHealth().data?.counters;
  const test = useMutation({ mutationFn: () => send<SelfTest>(session, 'POST', 'models/self-test', {}) });
  return (
    <>
      <PageHead title={texts.pages.models} lead={texts.models.lead}>
        {mayConfigure && (
          <button type="button" className="button primary" disabled={test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? texts.models.testing : texts.models.selfTest}
          </button>
        )}
      </PageHead>
      {test.data !== undefined && <SelfTestResult test={test.data} />}
      {test.isError && (
        <p className="callout error" role="alert">
          {test.error.message}
        </p>
      )}
      <Loaded query={query}>
        {(models) => (
          <div className="grid">
            {models.length === 0 && <Empty title={texts.health.noModels} />}
            {models.map((model) => (
              <ModelCard
                key={model.role}
                model={model}
                rows={counters?.rows[model.role as keyof typeof counters.rows]}
              />
            ))}
          </div>
        )}
      </Loaded>
      {counters !== undefined && (
        <Card title={texts.models.counters} isFlush>
          <CounterTable counters={counters} />
        </Card>
      )}
    </>
  );
}

function ModelCard({ model, rows }: { readonly model: Model; readonly rows: number | undefined }) {
  return (
    <Card title={`${model.role} ${model.version}`} span="span-4">
      <dl className="facts">
        <dt>{texts.models.hash}</dt>
        <dd>
          <code className="break">{model.sha256}</code>
        </dd>
        {model.parameters !== null && (
          <>
            <dt>{texts.models.parameters}</dt>
            <dd className="number">{formatCount(model.parameters)}</dd>
          </>
        )}
        {model.certain !== null && (
          <>
            <dt>{texts.models.certain}</dt>
            <dd className="number">{model.certain}</dd>
          </>
        )}
        {rows !== undefined && (
          <>
            <dt>{texts.models.scored}</dt>
            <dd className="number">{formatCount(rows)}</dd>
          </>
        )}
      </dl>
      <section className="section">
        <h3>{texts.models.reliability}</h3>
        {model.calibration === null ? (
          <p className="muted">{texts.models.noReliability}</p>
        ) : (
          <ReliabilityDiagram bins={model.calibration.bins} />
        )}
      </section>
      <details>
        <summary>{texts.models.metrics}</summary>
        <MetricList metrics={model.metrics} />
      </details>
      {model.dataSets.length > 0 && (
        <p className="muted small">{texts.models.dataSets(formatCount(model.dataSets.length))}</p>
      )}
    </Card>
  );
}
