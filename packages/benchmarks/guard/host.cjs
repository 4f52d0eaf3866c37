const { GCProfiler, getHeapStatistics } = require('node:v8');
const { guards, engines } = require('./guards.cjs');

// A process with one app behind one guard: `host.cjs <framework> <guard>`. Says over IPC where it listens, and what it measured.
const [, , framework, name] = process.argv;
const guard = guards[name];
guard.preload?.();
const { apps } = require('./apps.cjs');
const { waitedMicros } = require('./run-queue.cjs');
const { Stopwatch } = require('./stopwatch.cjs');

const stopwatch = new Stopwatch(process.env.STOPWATCH === 'on');

/** In V8's heap and in buffers. What was allocated meanwhile, when nothing was collected. */
const heldBytes = () => getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;

async function main() {
  const server = await apps[framework](guard[framework], guard, stopwatch);
  stopwatch.watch(server);
  server.keepAliveTimeout = 120_000;
  await Promise.all(engines.map((engine) => engine.ready()));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

  let collections = new GCProfiler();
  let startedBytes = 0;
  let startedCpu = process.cpuUsage();
  let startedWait = 0;
  process.on('message', (message) => {
    if (message === 'begin') {
      stopwatch.reset();
      collections = new GCProfiler();
      collections.start();
      startedBytes = heldBytes();
      startedCpu = process.cpuUsage();
      startedWait = waitedMicros();
      process.send({ began: true });
    }
    if (message === 'end') {
      const { user, system } = process.cpuUsage(startedCpu);
      const bytes = heldBytes() - startedBytes;
      const { guard, untilHandler, rejection } = stopwatch;
      process.send({
        guard,
        untilHandler,
        rejection,
        cpuMicros: user + system,
        waitedMicros: waitedMicros() - startedWait,
        allocatedBytes: collections.stop().statistics.length === 0 ? bytes : null,
      });
    }
    if (message === 'counters') process.send({ counters: engines[0] ? structuredClone(engines[0].counters) : null });
  });
  process.on('disconnect', () => process.exit());
}

void main();
