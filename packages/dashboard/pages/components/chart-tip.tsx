/** What a chart shows at a point. */
export function ChartTip({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}) {
  return (
    <div className="chart-tip">
      <strong>{title}</strong>
      {rows.map(([name, value]) => (
        <div key={name}>
          {name}: <span className="number">{value}</span>
        </div>
      ))}
    </div>
  );
}
