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

/** By which V8's heap grew from one collection of young objects to the next. */
function survivedBytes(statistics) {
  let bytes = 0;
  for (let i = 1; i < statistics.length; i++) {
    const held = statistics[i].afterGC.heapStatistics.usedHeapSize;
    const before = statistics[i - 1].afterGC.heapStatistics.usedHeapSize;
    if (statistics[i].gcType === 'Scavenge') bytes += Math.max(0, held - before);
  }
  return bytes;
}

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
      const { statistics } = collections.stop();
      process.send({
        guard,
        untilHandler,
        rejection,
        cpuMicros: user + system,
        waitedMicros: waitedMicros() - startedWait,
        allocatedBytes: statistics.length === 0 ? bytes : null,
        survivedBytes: survivedBytes(statistics),
      });
    }
    if (message === 'counters') process.send({ counters: engines[0] ? structuredClone(engines[0].counters) : null });
  });
  process.on('disconnect', () => process.exit());
}

void main();
