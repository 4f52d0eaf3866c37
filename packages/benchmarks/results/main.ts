import { parseArgs } from 'node:util';
import { measureInspectionCost } from '../cost/inspection-cost.js';
import { measureClients, measureServedCost } from '../cost/served-cost.js';
import { measureAllocation } from '../guard/allocation.js';
import { measureBesideUploads } from '../guard/beside-uploads.js';
import { measureGuardTime } from '../guard/guard-time.js';
import { type Framework, pinLoad } from '../guard/guarded-host.js';
import { measureThroughput } from '../guard/throughput.js';
import { direct, TrafficSource } from '../guard/traffic.js';
import { readClientsMemory } from './clients-memory.js';
import { readFootprint } from './footprint.js';
import { describeMachine, installedVersions } from './machine.js';
import { LENGTHS } from './plan.js';
import { type Results, writeResults } from './results.js';
import { asText, type Table } from './table.js';
import {
  allocationTable,
  clientsTable,
  growthTable,
  guardTimeTable,
  targetTable,
  throughputTable,
  uploadTable,
} from './tables.js';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, full: { type: 'boolean', default: false } },
});
const length = values.full ? 'full' : values.quick ? 'quick' : 'default';
const plan = LENGTHS[length];
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const show = (table: Table): void => print(asText(table));
const FRAMEWORKS: readonly Framework[] = ['express', 'koa', 'fastify'];

const source = new TrafficSource(1);
const gets = source.gets(20_000);
const posts = source.posts(10_000, 1_024);
const longPosts = direct(source.posts(500, 64 * 1_024));
const attacks = source.attacks(10_000);
const usual = [direct(gets), direct(posts)];
const unusual = length === 'quick' ? [] : [attacks, source.repeated(gets), source.repeated(posts)].map(direct);

const machine = describeMachine(pinLoad());
print(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, ${machine.takenOn}`,
);
print(machine.isPinned ? 'The servers on one core, the load on another.\n' : 'Servers and load share the cores.\n');
let results: Results = {
  machine,
  versions: installedVersions(),
  length,
  traffic: [...usual, longPosts, ...unusual].map(({ name, description, newValues }) => ({
    name,
    description,
    newValues,
  })),
  guardTime: [],
  allocation: [],
  throughput: [],
  uploads: [],
  sweeps: [],
  clients: readClientsMemory(),
  footprint: readFootprint(),
};

for (const framework of FRAMEWORKS) {
  const times = await measureGuardTime(
    framework,
    framework === 'express' ? [...usual, ...unusual] : usual,
    plan.guardTime,
  );
  if (framework === 'express') times.push(...(await measureGuardTime(framework, [longPosts], plan.longGuardTime)));
  results = { ...results, guardTime: [...results.guardTime, ...times] };
  show(guardTimeTable(results, framework));
}

results = {
  ...results,
  allocation: await measureAllocation('express', usual, [
    'api-security block',
    'api-security monitor',
    'express-rate-limit',
    'easy-waf',
    'aikido-zen',
  ]),
};
show(allocationTable(results));

for (const framework of FRAMEWORKS) {
  const connections = framework === 'express' ? plan.connections : plan.otherConnections;
  const rows = await measureThroughput(framework, gets, connections, plan.throughput);
  if (framework === 'express') rows.push(...(await measureThroughput(framework, posts, [32], plan.throughput)));
  results = { ...results, throughput: [...results.throughput, ...rows] };
}
show(throughputTable(results));

results = {
  ...results,
  uploads: await measureBesideUploads(
    'express',
    plan.uploads,
    ['bare', 'api-security block', 'api-security monitor'],
    plan.upload,
  ),
};
show(uploadTable(results));

results = {
  ...results,
  sweeps: [
    ...(await measureInspectionCost(plan.sweep)),
    await measureServedCost(plan.sweep),
    await measureClients(plan.sweep),
  ],
};
show(growthTable(results));
if (results.clients !== null) show(clientsTable(results.clients));

writeResults(results);
show(targetTable(results));
