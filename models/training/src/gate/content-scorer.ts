import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOUNDARY_TOKEN, PAD_TOKEN } from '@api-security/core/extraction';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExtractedWindow, WindowedRecord } from './extracted-records.js';

/** Rows are padded to a multiple of it: the graph reads every second token and pools by eights. */
const STEP = 32;
/** Tokens that go through the graph at once. */
const BATCH_TOKENS = 65_536;

/** What the gate needs of a released content tower: its thresholds, and the schema that says how its rows are made. */
interface ContentManifest {
  readonly schema: string;
  readonly thresholds: { readonly high: number; readonly critical: number };
}

/** A released content tower of any schema so far, so that a new one can be measured beside the one it would replace. */
export class ContentScorer {
  readonly manifest: ContentManifest;
  readonly #session: InferenceSession;

  private constructor(manifest: ContentManifest, session: InferenceSession) {
    this.manifest = manifest;
    this.#session = session;
  }

  static async load(directory: string): Promise<ContentScorer> {
    const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as ContentManifest;
    return new ContentScorer(manifest, await InferenceSession.create(readFileSync(join(directory, 'model.onnx'))));
  }

  /** The highest score of each record's windows; 0 for a record whose every value is plain. */
  async score(records: readonly WindowedRecord[]): Promise<Float64Array> {
    const rows = records
      .flatMap(({ bag }, owner) => bag.map((window) => ({ owner, place: window.place, tokens: this.#tokens(window) })))
      .sort((a, b) => a.tokens.length - b.tokens.length);
    const best = new Float64Array(records.length);
    for (let at = 0; at < rows.length; ) {
      const length = padded(rows[Math.min(rows.length, at + 64) - 1]?.tokens.length ?? 0);
      const batch = rows.slice(at, at + Math.max(64, Math.floor(BATCH_TOKENS / length)));
      const scores = await this.#run(batch);
      for (const [i, { owner }] of batch.entries()) best[owner] = Math.max(best[owner] ?? 0, scores[i] ?? 0);
      at += batch.length;
    }
    return best;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** `content/1` read a value's text alone; since `content/2` its name comes first. */
  #tokens({ name, text }: ExtractedWindow): readonly number[] {
    return this.manifest.schema === 'content/1' ? Array.from(text) : [...name, BOUNDARY_TOKEN, ...text];
  }

  async #run(batch: readonly { place: number; tokens: readonly number[] }[]): Promise<Float32Array> {
    const length = padded(Math.max(...batch.map(({ tokens }) => tokens.length)));
    const bytes = new Int32Array(batch.length * length).fill(PAD_TOKEN);
    for (const [i, { tokens }] of batch.entries()) bytes.set(tokens, i * length);
    const places = Int32Array.from(batch, ({ place }) => place);
    const output = await this.#session.run({
      bytes: new Tensor('int32', bytes, [batch.length, length]),
      place: new Tensor('int32', places, [batch.length]),
    });
    return output.score?.data as Float32Array;
  }
}

function padded(length: number): number {
  return Math.max(STEP, Math.ceil(length / STEP) * STEP);
}
