import { expect, it } from 'vitest';
import { runCaptured } from './run-captured.js';

it('recomputes the golden vectors of the shipped models: what is before a model exactly, scores within 1e-4', async () => {
  const { exitCode, stdout } = await runCaptured(['models', 'verify', '--json'], { cwd: import.meta.dirname });
  const report = JSON.parse(stdout) as {
    models: { role: string; runtimes: string[]; golden: { entries: number; worst: number } }[];
  };
  expect(exitCode).toBe(0);
  expect(report.models.map(({ role }) => role)).toEqual(['content', 'flow', 'sequence']);
  for (const { runtimes, golden } of report.models) {
    expect(runtimes).toEqual(expect.arrayContaining(['wasm', 'onnxruntime-node']));
    expect(golden.entries).toBeGreaterThanOrEqual(20);
    expect(golden.worst).toBeLessThanOrEqual(1e-4);
  }
});
