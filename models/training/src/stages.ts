import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One step of the pipeline: what it reads, what it writes, and how. */
export interface Stage {
  readonly name: string;
  /** Files and folders whose content decides the result: data, what earlier stages wrote, and the code that runs. */
  readonly reads: readonly string[];
  /** Settings that decide the result beside them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly writes: readonly string[];
  run(): Promise<void> | void;
}

/** Generated or installed folders that no stage depends on. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '__pycache__', '.work', 'dist']);

/**
 * Runs stages in order. A stage whose inputs are byte for byte those of its last complete run, and whose results are still
 * there, is not run again: an interrupted pipeline goes on where it stopped.
 *
 * @param notes - folder for what is remembered of complete runs
 * @returns names of the stages that ran
 */
export async function runStages(
  stages: readonly Stage[],
  notes: string,
  say: (text: string) => void,
): Promise<string[]> {
  const ran: string[] = [];
  mkdirSync(notes, { recursive: true });
  for (const stage of stages) {
    const note = join(notes, `${stage.name}.json`);
    const inputs = fingerprint(stage);
    if (existsSync(note) && stage.writes.every((path) => existsSync(path))) {
      const { inputs: last } = JSON.parse(readFileSync(note, 'utf8')) as { inputs: string };
      if (last === inputs) {
        say(`${stage.name}: nothing changed`);
        continue;
      }
    }
    say(`${stage.name} …`);
    const began = performance.now();
    await stage.run();
    const seconds = Math.round((performance.now() - began) / 1000);
    mkdirSync(dirname(note), { recursive: true });
    writeFileSync(note, JSON.stringify({ inputs, seconds }));
    say(`${stage.name}: ${seconds} s`);
    ran.push(stage.name);
  }
  return ran;
}

function fingerprint({ reads, settings = {} }: Stage): string {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const path of reads) for (const file of filesOf(path)) hash.update(`\n${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** A file itself, or every file under a folder, in a fixed order. A path that is not there counts as nothing. */
function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !LEFT_OUT.has(name))
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
