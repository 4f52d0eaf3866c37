export function Legend({
  entries,
}: {
  readonly entries: readonly { readonly name: string; readonly color: string }[];
}) {
  return (
    <ul className="legend">
      {entries.map(({ name, color }) => (
        <li key={name}>
          <span className="swatch" style={{ background: color }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
