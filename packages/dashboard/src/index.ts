export type { Actor, Authorize, Right } from './actor.js';
export { type Dashboard, type DashboardOptions, dashboard } from './dashboard.js';
