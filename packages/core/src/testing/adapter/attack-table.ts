import type { Sent } from '../http-client.js';
import { ATTACK, ATTACKS, json, multipart, PICTURE, post } from './bodies.js';
import { type AdapterHarness, withApp } from './harness.js';

/** What one attack comes to. */
export interface AttackRow {
  readonly attack: string;
  /** To four digits. */
  readonly score: number;
  readonly category: string | null;
  /** Of the strongest evidence. */
  readonly place: string | undefined;
  readonly status: number;
  readonly type: string | undefined;
  /** With `<id>` in the place of the assessment's id. */
  readonly body: string;
}

const SENT: Readonly<Record<string, Sent>> = {
  ...Object.fromEntries(Object.entries(ATTACKS).map(([where, { sent }]) => [where, sent])),
  'a file name': multipart([{ ...PICTURE, file: '../../etc/passwd' }]),
  'XML text': post('application/xml', `<order>${'<item>tea</item>'.repeat(20)}<note>{{7*7}}</note></order>`),
  'GraphQL variables': json({ query: 'query ($a: String) { b(a: $a) }', variables: { a: ATTACK } }, '/graphql'),
  'a page of a browser': {
    path: '/search?q=%3Cscript%3Ealert(1)%3C/script%3E',
    headers: { accept: 'text/html,*/*;q=0.8' },
  },
  'a header in percent encoding': { path: '/users', headers: { 'x-note': '%24%7bjndi:ldap://test/a}' } },
  'a command': json({ host: 'app.test; cat /etc/hosts' }),
};

/** A fixed list of attacks and what a framework's app in block mode makes of them: the same on every framework. */
export async function attackTable(harness: AdapterHarness): Promise<readonly AttackRow[]> {
  const rows: AttackRow[] = [];
  await withApp(harness, { options: { mode: 'block' } }, async (app) => {
    for (const [attack, sent] of Object.entries(SENT)) {
      const { reply, assessment } = await app.assessed(sent);
      const { score, category, evidence, id } = assessment;
      rows.push({
        attack,
        score: Math.round(score * 10_000) / 10_000,
        category,
        place: evidence[0]?.place,
        status: reply.status,
        type: reply.headers['content-type'],
        body: reply.text.replaceAll(id, '<id>'),
      });
    }
  });
  return rows;
}
