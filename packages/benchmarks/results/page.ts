import { mkdirSync, writeFileSync } from 'node:fs';
import type { Guard } from '../guard/guarded-host.js';
import { type Bar, barChart, lineChart } from './chart.js';
import { type Results, readResults } from './results.js';
import { asMarkdown, type Table } from './table.js';
import {
  allocationTable,
  clientsTable,
  footprintTable,
  growthTable,
  guardTimeTable,
  targetTable,
  throughputTable,
  uploadTable,
} from './tables.js';

// Writes docs/benchmarks.md and its pictures from the results of the last run.
const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url);
const PICTURES = new URL('../../../docs/benchmarks/', import.meta.url);

const results = readResults();
const pictures = new Map([...sweepPictures(results), ...barPictures(results)]);
mkdirSync(PICTURES, { recursive: true });
for (const [name, picture] of pictures) writeFileSync(new URL(`${name}.svg`, PICTURES), picture);
writeFileSync(PAGE, pageOf(results));

function sweepPictures({ sweeps }: Results): [name: string, picture: string][] {
  return sweeps.map(({ id, title, unit, curves }) => [
    `against-${id}`,
    lineChart(
      { title, x: unit, y: 'µs, median' },
      curves.map(({ name, points, growth }) => ({
        name: `${name} (${growth.toFixed(2)})`,
        points: points.map(({ size, micros }) => [size, micros] as const),
      })),
    ),
  ]);
}

function barPictures({ guardTime, throughput }: Results): [name: string, picture: string][] {
  const exact = (value: number) => ({ q1: value, median: value, q3: value });
  const timeOf = (traffic: string): Bar[] =>
    guardTime
      .filter(
        (row) => row.framework === 'express' && row.traffic === traffic && row.guard !== 'bare' && row.added !== null,
      )
      .map(({ guard, added }) => ({ name: guard, value: exact(added?.p50 ?? 0) }));
  const kept: Bar[] = throughput
    .filter(({ traffic, connections, guard }) => traffic === 'GET' && connections === 32 && guard !== 'bare')
    .map(({ framework, guard, ratio }) => ({ name: `${framework}, ${guard}`, value: ratio }));
  return [
    ['added-get', barChart('GET on Express: added until the handler, median, µs', timeOf('GET'))],
    ['added-post', barChart('POST of 1 KB on Express: added until the handler, median, µs', timeOf('POST 1 KB'))],
    ['throughput', barChart('GET, 32 connections: throughput over that of the bare app', kept)],
  ];
}

function pageOf({ machine, versions, traffic, length, sweeps, clients, footprint }: Results): string {
  const picture = (name: string, title: string): string => `![${title}](benchmarks/${name}.svg)`;
  const section = (table: Table): string => asMarkdown(table);
  const of = (guard: Guard, name: string): string => `| \`${guard}\` | ${name} |`;
  const option = length === 'default' ? '' : ` -- --${length}`;
  return `# Benchmarks

What the guard costs, beside other guards on the same apps. Written by \`npm run bench:page\` from one run of \`npm run bench${option}\` on ${machine.takenOn}; do not edit it.

| | |
| --- | --- |
| processor | ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB |
| system | ${machine.system}, Node ${machine.node} |
| cores | ${machine.isPinned ? 'the server under test on one, the load on another' : 'shared by the server under test and the load'} |
| versions | ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')} |

## Targets

${section(targetTable(results))}

Figures in brackets are quartiles over the rounds of the run.

## How it is measured

Each guard stands in front of the same small app, in a process of its own, mounted as its documentation says, with its defaults:

| guard | |
| --- | --- |
${of('bare', 'the app without any')}
${of('api-security block', '`apiSecurity({ mode: "block" })`: the answer waits for the verdict')}
${of('api-security monitor', '`apiSecurity()`: requests are assessed when their response has ended')}
${of('express-rate-limit', 'counts requests of an address, with a limit that is never reached; it inspects nothing')}
${of('easy-waf', 'regular expressions over URL, headers and what the body parser made of the body; so it stands behind the parser')}
${of('aikido-zen', 'wraps `http`, the framework and what handlers call, and checks where input arrives there: here, at `path.join`. Without a token it blocks, and does not report, fetch lists or limit rates. SQL that reaches no database is nothing to it')}

For the time in the guard and what it allocates, 200 clients send in turn, each over a connection of its own, so that each has a flow and 16 steps of a sequence. For throughput there is a proxy in front, whom all trust for the client's address: requests of 400 addresses over the connections given, without flows. In one round each guard has its turn, and each round is begun by another; ratios are of the same round. The machine may be shared: "had to wait" says how long the server was ready to run and had no core.

**In the guard** is the time from entering its middleware until the next one runs, inside the server, over one connection that waits for each answer; of attacks, until the guard ends the response. **Added until the handler** is the time from the server's \`request\` event until the handler runs with the parsed body, less what the bare app needs for that. For a POST the two differ: in block mode the guard reads the body ahead, so the time in it includes waiting until Node has delivered the bytes, which the parser of the bare app has to wait for as well; \`easy-waf\` finds the body parsed.

| traffic | | values never sent before |
| --- | --- | ---: |
${traffic.map(({ name, description, newValues }) => `| ${name} | ${description} | ${(100 * newValues).toFixed(0)} % |`).join('\n')}

Headers (user agent, bearer token, cookies) belong to the client and come again with it, as those of people do.

## Time in the guard

${picture('added-get', 'GET: added until the handler')}

${picture('added-post', 'POST of 1 KB: added until the handler')}

µs, p50 / p90 / p99. *Refused* are requests that were not answered with 2xx: of attacks, those that were caught; of other traffic, false alarms.

### Express

${section(guardTimeTable(results, 'express'))}

### Koa

${section(guardTimeTable(results, 'koa'))}

### Fastify

${section(guardTimeTable(results, 'fastify'))}

## Allocation

KB for each request beyond the bare app's, in V8's heap and in buffers, counted while nothing is collected.

${section(allocationTable(results))}

## Throughput and CPU

${picture('throughput', 'Throughput over that of the bare app')}

As many connections as stand there, each waiting for its answer. CPU is that of the whole process, also for what is put off until after the response, less the bare app's. *Assessed* is the share of requests that a model scored: in monitor mode the rest was shed.

${section(throughputTable(results))}

## Beside uploads

One client uploads 10 MB again and again over a line of 1 Gbit/s; others send 250 small GETs a second. Times in ms, from when a request was due. JSON goes to the app's own parser, which holds everybody up by itself: there the bare app beside the same uploads is what to compare with.

${section(uploadTable(results))}

## Cost against size

Of the inspection alone unless it says otherwise: of a request that is described to \`analyze()\`, with the default limits (128 KB of a body, 2,000 values and keys, 25 ms; what is beyond is not inspected, and marked), and with limits so wide that nothing is cut. *Growth* is the slope in log-log over the upper two decades: 0 is not at all, 1 in proportion, 2 would be with the square.

${sweeps.map(({ id, title }) => picture(`against-${id}`, title)).join('\n\n')}

${section(growthTable(results))}

${clients === null ? '' : `## Memory of clients\n\n${section(clientsTable(clients))}\n`}
${footprint.length === 0 ? '' : `## Memory and start-up\n\n${section(footprintTable(footprint))}\n`}
## Run it again

\`\`\`sh
npm run setup
npm run bench                 # about 10 minutes; -- --quick: 2 minutes; -- --full: an hour
npm run bench:clients -- --json .work/clients.json   # memory of clients
npm run bench:footprint -- --json .work/footprint.json   # memory and start-up
npm run bench:page            # writes this page and its pictures
npm run bench:guard -- --traffic GET --guards "api-security block,easy-waf"   # the time in the guard alone
\`\`\`

On a quiet machine with two cores or more. Where there is \`taskset\`, servers and load get a core each.
`;
}
