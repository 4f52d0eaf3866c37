import { Worker } from 'node:worker_threads';

new Worker(new URL('./express.mjs', import.meta.url));
