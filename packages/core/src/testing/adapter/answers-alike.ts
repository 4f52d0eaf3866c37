import type { Expect, Test } from '../suite.js';
import { type AttackRow, attackTable } from './attack-table.js';
import type { AdapterHarness } from './harness.js';

const DETAIL = 'The request was not accepted. Whoever runs this service can look it up by its instance.';

/** How a rejection reads, in each form: media type and body. */
const PROBLEM = {
  type: 'application/problem+json',
  body: `{"type":"about:blank","title":"Forbidden","status":403,"detail":"${DETAIL}","instance":"urn:uuid:<id>","code":"API_SECURITY_REQUEST_REJECTED"}`,
};
const GRAPHQL = {
  type: 'application/json',
  body: `{"errors":[{"message":"Forbidden: ${DETAIL}","extensions":{"code":"API_SECURITY_REQUEST_REJECTED","instance":"urn:uuid:<id>"}}]}`,
};
const PAGE = {
  type: 'text/html; charset=utf-8',
  body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>403 Forbidden</title></head>
<body><h1>403 Forbidden</h1><p>${DETAIL}</p>
<p><code>urn:uuid:<id></code> <code>API_SECURITY_REQUEST_REJECTED</code></p></body></html>
`,
};

/** 0.99 of the content tower and 0.01 of the flow tower: `1 − (1 − 0.99)(1 − 0.01)`. */
const CERTAIN = { score: 0.9901, status: 403 };

/** What each attack comes to, on every framework. */
const ROWS: readonly AttackRow[] = [
  { attack: 'the query', category: 'sqli', place: 'query.id', ...CERTAIN, ...PROBLEM },
  { attack: 'the path', category: 'sqli', place: 'path', ...CERTAIN, ...PROBLEM },
  { attack: 'a header', category: 'sqli', place: 'header.user-agent', ...CERTAIN, ...PROBLEM },
  { attack: 'a cookie', category: 'sqli', place: 'cookie.basket', ...CERTAIN, ...PROBLEM },
  { attack: 'a JSON leaf', category: 'sqli', place: 'body.items[1].name', ...CERTAIN, ...PROBLEM },
  { attack: 'a form field', category: 'sqli', place: 'body.note', ...CERTAIN, ...PROBLEM },
  { attack: 'a multipart field', category: 'sqli', place: 'body.note', ...CERTAIN, ...PROBLEM },
  { attack: 'a text body', category: 'sqli', place: 'body', ...CERTAIN, ...PROBLEM },
  { attack: 'gzipped JSON', category: 'sqli', place: 'body.note', ...CERTAIN, ...PROBLEM },
  { attack: 'a file name', category: 'traversal', place: 'body.photo.filename', ...CERTAIN, ...PROBLEM },
  { attack: 'XML text', category: 'ssti', place: 'body.order.note', ...CERTAIN, ...PROBLEM },
  { attack: 'GraphQL variables', category: 'sqli', place: 'body.variables.a', ...CERTAIN, ...GRAPHQL },
  { attack: 'a page of a browser', category: 'xss', place: 'query.q', ...CERTAIN, ...PAGE },
  { attack: 'a header in percent encoding', category: 'log4shell', place: 'header.x-note', ...CERTAIN, ...PROBLEM },
  { attack: 'a command', category: 'cmdi', place: 'body.host', ...CERTAIN, ...PROBLEM },
];

/** The same attack gets the same score, evidence and answer on every framework. */
export function answersAlike(test: Test, expect: Expect, harness: AdapterHarness): void {
  test('every attack of the table comes to what it comes to on every framework', async () => {
    expect(await attackTable(harness)).toEqual(ROWS);
  });
}
