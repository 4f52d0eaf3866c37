import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Reached, reached, reasonsToRefuse } from './compare.js';
import type { GateResult } from './gate-content.js';

/** Models that judge a client's connection or its steps. */
export type BehaviourRole = 'flow' | 'sequence';

/** What `behaviour.held_out` wrote beside the inputs of a role's graph. */
interface HeldOut {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly labels: readonly number[];
  readonly sessions: readonly number[];
}

const BATCH = 2048;

/**
 * Measures a candidate and the shipped model on the same held-out rows, a client-session at a time: what counts is whether an
 * attacker is ever alerted, and whether an honest client is. Only what is certain raises an alert by itself.
 *
 * @param heldOut - folder that `behaviour.held_out` wrote
 * @param shipped - directory of the model to beat, or null when there is none
 */
export async function gateBehaviour(
  role: BehaviourRole,
  heldOut: string,
  candidate: string,
  shipped: string | null,
): Promise<GateResult> {
  const own = await measure(role, heldOut, candidate);
  const other = shipped === null ? null : await measure(role, heldOut, shipped);
  return { candidate: own, shipped: other, reasons: other === null ? [] : reasonsToRefuse(own, other) };
}

async function measure(role: BehaviourRole, heldOut: string, directory: string): Promise<Reached> {
  const { inputs, labels, sessions } = JSON.parse(readFileSync(join(heldOut, `${role}.json`), 'utf8')) as HeldOut;
  const { thresholds } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as {
    thresholds: { certain: number };
  };
  const scores = await scoresOf(directory, inputs, (name) => join(heldOut, `${role}-${name}.bin`), labels.length);
  const highest = new Map<number, { score: number; attack: boolean }>();
  for (const [row, session] of sessions.entries()) {
    const known = highest.get(session);
    const score = Math.max(known?.score ?? 0, scores[row] ?? 0);
    highest.set(session, { score, attack: (known?.attack ?? false) || labels[row] === 1 });
  }
  const all = [...highest.values()];
  const scoresWhere = (attack: boolean): Float64Array =>
    Float64Array.from(all.filter((session) => session.attack === attack).map(({ score }) => score));
  return reached(scoresWhere(true), scoresWhere(false), thresholds.certain);
}

async function scoresOf(
  directory: string,
  shapes: HeldOut['inputs'],
  fileOf: (input: string) => string,
  rows: number,
): Promise<Float32Array> {
  const session = await InferenceSession.create(readFileSync(join(directory, 'model.onnx')));
  const inputs = Object.entries(shapes).map(([name, [, ...tail]]) => {
    const bytes = readFileSync(fileOf(name));
    const width = tail.reduce((product, size) => product * size, 1);
    return { name, tail, width, values: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
  });
  const scores = new Float32Array(rows);
  for (let start = 0; start < rows; start += BATCH) {
    const end = Math.min(rows, start + BATCH);
    const feeds = Object.fromEntries(
      inputs.map(({ name, tail, width, values }) => [
        name,
        new Tensor('float32', values.slice(start * width, end * width), [end - start, ...tail]),
      ]),
    );
    const output = await session.run(feeds);
    scores.set(output.score?.data as Float32Array, start);
  }
  await session.release();
  return scores;
}
