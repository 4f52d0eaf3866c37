import cluster from 'node:cluster';

const WORKERS = Number(process.env.WORKERS ?? 4);

cluster.setupPrimary({ exec: new URL('worker.mjs', import.meta.url).pathname });
for (let i = 0; i < WORKERS; i++) cluster.fork();

let listening = 0;
cluster.on('listening', (_worker, { port }) => {
  listening += 1;
  if (listening === WORKERS) process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});

let isEnding = false;
cluster.on('exit', (worker, code, signal) => {
  if (isEnding) return;
  process.stderr.write(`worker ${worker.process.pid} ended with ${signal ?? code}\n`);
  // One that never listened would only end again.
  if (listening < WORKERS) {
    process.exitCode = 1;
    end('SIGTERM');
  } else cluster.fork();
});

function end(signal) {
  isEnding = true;
  for (const worker of Object.values(cluster.workers)) worker.process.kill(signal);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end(signal));
