import type { Sent } from '../http-client.js';
import { ATTACK, form, json, multipart, PICTURE, post } from './bodies.js';

/** One way to put a text into a request's body. */
export interface BodyKind {
  /** The request with the text in it. */
  readonly with: (text: string) => Sent;
  /** Where evidence must say it was. The second one where a parser in front of the adapter has taken the body to pieces of its own. */
  readonly places: readonly [string, string?];
}

const DOCUMENT = 'query ($name: String) { user(name: $name) { id } }';

/** Every kind of body that an application reads, by name. */
export const BODY_KINDS: Readonly<Record<string, BodyKind>> = {
  JSON: { with: (text) => json({ item: 'tea', note: text }), places: ['body.note'] },
  NDJSON: {
    with: (text) => post('application/x-ndjson', `{"item":"tea"}\n${JSON.stringify({ note: text })}\n`),
    places: ['body.note'],
  },
  'JSON:API': {
    with: (text) =>
      post(
        'application/vnd.api+json',
        JSON.stringify({ data: { type: 'orders', attributes: { item: 'tea', note: text } } }),
      ),
    places: ['body.data.attributes.note'],
  },
  '+json': {
    with: (text) => ({ ...post('application/merge-patch+json', JSON.stringify({ note: text })), method: 'PATCH' }),
    places: ['body.note'],
  },
  form: { with: (text) => form({ item: 'tea', note: text }), places: ['body.note'] },
  'a multipart field': {
    with: (text) => multipart([{ name: 'note', content: text }, PICTURE]),
    places: ['body.note'],
  },
  'a multipart file name': {
    with: (text) => multipart([{ ...PICTURE, file: text }]),
    places: ['body.photo.filename'],
  },
  'a multipart part name': {
    with: (text) => multipart([{ name: text, content: 'tea' }, PICTURE]),
    places: [`body.${ATTACK}`],
  },
  'the head of a text file': {
    with: (text) =>
      multipart([
        {
          name: 'list',
          file: 'list.csv',
          type: 'text/csv',
          content: `item,note\r\ntea,${text}\r\n${'milk,\r\n'.repeat(500)}`,
        },
      ]),
    places: ['body.list'],
  },
  text: { with: (text) => post('text/plain', `Dear all,\n${text}\n`, '/notes'), places: ['body'] },
  'XML text': {
    with: (text) => post('application/xml', `<?xml version="1.0"?><order><note>${text}</note></order>`),
    places: ['body.order.note'],
  },
  'an XML attribute': {
    with: (text) => post('application/xml', `<order><item note="${text}">tea</item></order>`),
    places: ['body.order.item@note'],
  },
  '+xml': {
    with: (text) => post('application/soap+xml', `<order><note>${text}</note></order>`),
    places: ['body.order.note'],
  },
  'a GraphQL query': {
    with: (text) => json({ query: `{ user(name: ${JSON.stringify(text)}) { id } }` }, '/graphql'),
    places: ['body.query~graphql[0]'],
  },
  'GraphQL variables': {
    with: (text) => json({ query: DOCUMENT, variables: { name: text } }, '/graphql'),
    places: ['body.variables.name'],
  },
  'a GraphQL operation name': {
    with: (text) => json({ query: DOCUMENT, operationName: text }, '/graphql'),
    places: ['body.operationName'],
  },
  'batched GraphQL': {
    with: (text) => json([{ query: DOCUMENT }, { query: DOCUMENT, variables: { name: text } }], '/graphql'),
    places: ['body[1].variables.name'],
  },
  'GraphQL in the query string': {
    with: (text) => ({
      path: `/graphql?${new URLSearchParams({ query: `{ user(name: ${JSON.stringify(text)}) { id } }` })}`,
    }),
    places: ['query.query~graphql[0]'],
  },
  'application/graphql': {
    with: (text) => post('application/graphql', `{ user(name: ${JSON.stringify(text)}) { id } }`, '/graphql'),
    places: ['body~graphql[0]'],
  },
  'JSON sent as text': {
    with: (text) => post('text/plain', JSON.stringify({ note: text })),
    places: ['body.note', 'body~json.note'],
  },
  'a form sent as JSON': {
    with: (text) => post('application/json', `item=tea&note=${encodeURIComponent(text)}`),
    places: ['body'],
  },
  'JSON of no type': { with: (text) => post('', JSON.stringify({ note: text })), places: ['body.note'] },
  'a form of no type': {
    with: (text) => post('', `item=tea&note=${encodeURIComponent(text)}`),
    places: ['body.note'],
  },
  'JSON in UTF-16': {
    with: (text) => post('application/json; charset=utf-16le', Buffer.from(JSON.stringify({ note: text }), 'utf16le')),
    places: ['body.note'],
  },
  'text in Latin-1': {
    with: (text) => post('text/plain; charset=iso-8859-1', Buffer.from(`Grüße,\n${text}\n`, 'latin1'), '/notes'),
    places: ['body'],
  },
  'JSON in a string': {
    with: (text) => json({ payload: JSON.stringify({ note: text }) }),
    places: ['body.payload~json.note'],
  },
  'base64 in a value': {
    with: (text) => json({ blob: Buffer.from(`tea, ${text}`).toString('base64') }),
    places: ['body.blob~base64'],
  },
  'the payload of a JWT': {
    with: (text) =>
      json({
        ticket: ['{"alg":"HS256","typ":"JWT"}', JSON.stringify({ sub: text }), 'unsigned'].map(base64url).join('.'),
      }),
    places: ['body.ticket~jwt.sub'],
  },
};

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
