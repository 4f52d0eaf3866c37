import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { byPage } from '../by-page.js';
import { type Asked, route } from '../route.js';
import { Assessment, LogQuery, pageOf } from '../schemas.js';
import { storeQuery } from '../store-query.js';

/** What of an assessment stands in a line of the export. */
const COLUMNS = [
  'at',
  'id',
  'level',
  'score',
  'cnn',
  'bilstm',
  'category',
  'client',
  'address',
  'method',
  'path',
  'status',
  'action',
  'tenant',
];

export const logs = route({
  method: 'GET',
  path: '/api/logs',
  right: 'read',
  summary: 'The log, newest first',
  query: LogQuery,
  answer: pageOf(Assessment),
  handle: ({ security, actor, query }) => byPage(storeQuery(actor, query), (page) => security.store.logs(page)),
});

export const logsCsv = route({
  method: 'GET',
  path: '/api/logs.csv',
  right: 'read',
  summary: 'The log as CSV, newest first, however long; texts that a spreadsheet would take for formulas are escaped',
  query: LogQuery.omit({ limit: true, page: true }),
  type: 'text/csv; charset=utf-8',
  handle: async ({ security, actor, query, response }) => {
    response.setHeader('content-type', 'text/csv; charset=utf-8');
    response.setHeader('content-disposition', 'attachment; filename="log.csv"');
    const lines = stringify({ header: true, columns: COLUMNS, escape_formulas: true, bom: true });
    await pipeline(linesOf(security.store.stream(storeQuery(actor, { ...query, limit: 200 }))), lines, response);
    return undefined;
  },
});

async function* linesOf(
  rows: ReturnType<Asked<unknown, unknown>['security']['store']['stream']>,
): AsyncGenerator<object> {
  for await (const { at, id, level, score, scores, category, client, request, response, decision, tenant } of rows) {
    yield {
      at: new Date(at).toISOString(),
      id,
      level,
      score,
      cnn: scores.cnn,
      bilstm: scores.bilstm,
      category,
      client: client.key,
      address: client.address,
      method: request.method,
      path: request.path,
      status: response?.status,
      action: decision.action,
      tenant,
    };
  }
}
