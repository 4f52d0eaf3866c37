import ts from 'typescript';

/** How many lines of a source hold code: neither blank nor comment alone. */
export function codeLines(source: string): number {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest);
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    children.forEach(visit);
    if (children.length > 0 || node.kind === ts.SyntaxKind.EndOfFileToken || node.getWidth(file) === 0) return;
    const { line: last } = file.getLineAndCharacterOfPosition(node.end);
    for (let { line } = file.getLineAndCharacterOfPosition(node.getStart(file)); line <= last; line++) lines.add(line);
  };
  visit(file);
  return lines.size;
}
