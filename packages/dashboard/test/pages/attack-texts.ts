import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Where the payload lists are, beside the repository. */
const DATA = join(import.meta.dirname, '../../../../../shared/data/http');
/** Texts in the sample. */
const SAMPLE = 5_000;

/** For machines without the lists; the first kinds of text that come to mind, and those that a page would trip over. */
const OWN = [
  '<script>complain("ran")</script>',
  '<img src=x onerror=complain("ran")>',
  '"><svg onload=complain("ran")>',
  'javascript:complain("ran")',
  '<iframe src="https://attacker.invalid/"></iframe>',
  '<link rel=stylesheet href=https://attacker.invalid/a.css>',
  '<style>@import "https://attacker.invalid/a.css"</style>',
  '=HYPERLINK("https://attacker.invalid/","x")',
  '@SUM(1+1)*cmd|"/c calc"!A0',
  '+1+1',
  '-2+3',
  '\t=1+1',
  '\u202egnp.exe',
  'a\u0000b',
  '\ud800 lone',
  '</script><script>complain("ran")</script>',
  '{{constructor.constructor("complain(1)")()}}',
  '__proto__',
  "' OR '1'='1",
  '%3Cscript%3E',
];

/** Texts of attackers: a sample of every list that is there, the same every time, and some of our own. */
export function attackTexts(): readonly string[] {
  if (!existsSync(DATA)) {
    process.stderr.write(
      'LEFT OUT: the payload lists, because they are not beside the repository; our own texts are shown.\n',
    );
    return OWN;
  }
  const lists = readdirSync(DATA)
    .filter((name) => name.startsWith('payloads-'))
    .map(payloadsOf);
  const all = lists.reduce((sum, { length }) => sum + length, 0);
  const sample = lists.flatMap((list) => {
    // Of short lists everything, of long ones their share.
    const count = Math.max(60, Math.ceil((list.length / all) * SAMPLE));
    const step = Math.max(1, list.length / count);
    return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor(i * step)] ?? '');
  });
  return [...OWN, ...new Set(sample)].slice(0, SAMPLE);
}

function payloadsOf(name: string): string[] {
  const lines = gunzipSync(readFileSync(join(DATA, name)))
    .toString()
    .trim()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line) as { payload: string; label: string })
    .filter(({ payload, label }) => label === 'attack' && payload !== '')
    .map(({ payload }) => payload);
}
