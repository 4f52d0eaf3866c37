/** Characters of an `Accept` header that are read; browsers send about 150. */
const MAX_CHARS = 1024;

/** Whether an `Accept` header (RFC 9110 §12.5.1) ranks HTML above JSON. In doubt it does not: APIs answer programs. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const ranges = accept.slice(0, MAX_CHARS).toLowerCase().split(',').map(parseRange);
  const html = Math.max(qualityOf('text/html', ranges), qualityOf('application/xhtml+xml', ranges));
  const json = Math.max(qualityOf('application/problem+json', ranges), qualityOf('application/json', ranges));
  return html > json;
}

interface MediaRange {
  readonly range: string;
  /** In [0, 1]. */
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { range, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific range that fits decides. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  for (const wanted of [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']) {
    const found = ranges.find(({ range }) => range === wanted);
    if (found !== undefined) return found.quality;
  }
  return 0;
}
