const MAX_QUERY_CHARS = 2048;
const MAX_PARAMETERS = 64;

/** Names of parameters by which a client walks through a collection. */
const PAGING_NAMES: ReadonlySet<string> = new Set([
  'page',
  'pageno',
  'page_no',
  'pagenumber',
  'page_number',
  'p',
  'offset',
  'start',
  'skip',
  'from',
  'cursor',
  'after',
  'before',
]);

/**
 * The values of a query by which a client walks over things: of parameters whose name ends in `id` or `ids` (`id`,
 * `user_id`, `orderId`, `filter[id]`) and of those that page. Names that only happen to end so (`grid`, `valid`) do no
 * harm: they have few different values.
 *
 * @param query - raw query without `?`; the first 2048 characters and 64 parameters are read
 * @returns raw values, not empty, in the order they stand
 */
export function queryIdentifiers(query: string): string[] {
  const values: string[] = [];
  const parameters = query.slice(0, MAX_QUERY_CHARS).split('&', MAX_PARAMETERS);
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    if (equals <= 0 || equals === parameter.length - 1) continue;
    if (isIdentifierName(parameter.slice(0, equals))) values.push(parameter.slice(equals + 1));
  }
  return values;
}

function isIdentifierName(raw: string): boolean {
  const name = innermost(decoded(raw)).toLowerCase();
  return name.endsWith('id') || name.endsWith('ids') || PAGING_NAMES.has(name);
}

function decoded(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** `id` of `filter[id]`, of `filter[id][]` and of `id`. */
function innermost(name: string): string {
  const plain = name.endsWith('[]') ? name.slice(0, -2) : name;
  if (!plain.endsWith(']')) return plain;
  return plain.slice(plain.lastIndexOf('[') + 1, -1);
}
