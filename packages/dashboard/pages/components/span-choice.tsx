import { texts } from '../texts.js';

export const SPANS = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
export type SpanName = keyof typeof SPANS;

export function SpanChoice({
  span,
  onChange,
}: {
  readonly span: SpanName;
  readonly onChange: (span: SpanName) => void;
}) {
  return (
    <fieldset className="segmented" aria-label={texts.span}>
      {(Object.keys(SPANS) as SpanName[]).map((name) => (
        <button key={name} type="button" aria-pressed={name === span} onClick={() => onChange(name)}>
          {texts.spans[name]}
        </button>
      ))}
    </fieldset>
  );
}
