import { useState } from 'react';
import type { Level } from '../api.js';
import { texts } from '../texts.js';

export const FILTERS = [
  'level',
  'category',
  'path',
  'text',
  'method',
  'status',
  'address',
  'client',
  'tenant',
  'from',
  'to',
] as const;
export type LogFilterValues = Readonly<Record<(typeof FILTERS)[number], string>>;

const LEVELS: readonly Level[] = ['low', 'medium', 'high', 'critical'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const EMPTY = Object.fromEntries(FILTERS.map((name) => [name, ''])) as LogFilterValues;

const TEXT_FIELDS = [
  ['path', texts.logs.path],
  ['text', texts.logs.text],
  ['category', texts.common.category],
  ['client', texts.common.client],
  ['address', texts.common.address],
  ['status', texts.common.status],
  ['tenant', texts.common.tenant],
] as const;

/** What of the log is looked at; told when somebody has finished. */
export function LogFilters({
  values,
  onChange,
}: {
  readonly values: LogFilterValues;
  readonly onChange: (values: LogFilterValues) => void;
}) {
  const [edited, setEdited] = useState(values);
  const edit = (name: keyof LogFilterValues, value: string): void => setEdited({ ...edited, [name]: value });
  const choose = (name: keyof LogFilterValues, value: string): void => onChange({ ...edited, [name]: value });
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(edited);
      }}
    >
      <label className="field">
        {texts.common.level}
        <select value={edited.level} onChange={(event) => choose('level', event.target.value)}>
          <option value="">{texts.common.any}</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {texts.levels[level]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {texts.common.method}
        <select value={edited.method} onChange={(event) => choose('method', event.target.value)}>
          <option value="">{texts.common.any}</option>
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </select>
      </label>
      {TEXT_FIELDS.map(([name, title]) => (
        <label key={name} className="field">
          {title}
          <input
            value={edited[name]}
            maxLength={1_024}
            {...(name === 'status' && { inputMode: 'numeric', pattern: '[0-9]{0,3}' })}
            onChange={(event) => edit(name, event.target.value)}
          />
        </label>
      ))}
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="field">
          {texts.logs[name]}
          <input type="datetime-local" value={edited[name]} onChange={(event) => edit(name, event.target.value)} />
        </label>
      ))}
      <span className="actions">
        <button type="submit" className="button primary">
          {texts.logs.filter}
        </button>
        <button type="button" className="button" onClick={() => onChange(EMPTY)}>
          {texts.logs.clear}
        </button>
      </span>
    </form>
  );
}
