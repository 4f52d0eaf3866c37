import type { Level } from '../api.js';
import { texts } from '../texts.js';

export function LevelBadge({ level }: { readonly level: Level }) {
  return <span className={`badge ${level}`}>{texts.levels[level]}</span>;
}
