import { parseArgs } from 'node:util';
import { installedVersions } from '../results/machine.js';
import { asText } from '../results/table.js';
import { guardTimeTable } from '../results/tables.js';
import { measureGuardTime } from './guard-time.js';
import { type Framework, GUARDS, type Guard, pinLoad } from './guarded-host.js';
import { direct, TrafficSource } from './traffic.js';

// The time in the guard alone, to work on it: `npm run bench:guard -- --traffic GET --guards "api-security block,easy-waf"`.
const { values } = parseArgs({
  options: {
    framework: { type: 'string', default: 'express' },
    /** Of all, those whose name begins so. */
    traffic: { type: 'string', default: '' },
    /** Beside the bare app; by default all that know the framework. */
    guards: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    requests: { type: 'string', default: '250' },
  },
});
pinLoad();
const framework = values.framework as Framework;
const guards = values.guards === undefined ? GUARDS[framework] : (['bare', ...values.guards.split(',')] as Guard[]);
const plan = { rounds: Number(values.rounds), requests: Number(values.requests), warmUp: 6 };
const count = (plan.rounds + plan.warmUp) * plan.requests;
const source = new TrafficSource(1);
const [gets, posts] = [source.gets(count), source.posts(count, 1_024)];
const all = [
  gets,
  posts,
  source.posts(300, 64 * 1_024),
  source.attacks(count),
  source.repeated(gets),
  source.repeated(posts),
];
const chosen = all.filter(({ name }) => name.startsWith(values.traffic)).map(direct);
const guardTime = await measureGuardTime(framework, chosen, plan, guards);
process.stdout.write(`${JSON.stringify(installedVersions())}\n${asText(guardTimeTable({ guardTime }, framework))}`);
