import fc from 'fast-check';

const CRLF = '\r\n';
/** What the forms hold where they hold an attack. */
export const PAYLOAD: string = "' or 1=1";
const oneOf = (...texts: string[]) => fc.constantFrom(...texts);

/** Mostly what stands there in a form, at times something else. */
const mostly = (usual: string, ...others: string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: oneOf(...others) });
const EOL = mostly(CRLF, '\n', '\r', '\n\r', `${CRLF} `, '\n\t', '');
const VALUES = oneOf(
  PAYLOAD,
  `a${PAYLOAD}`,
  `\\"${PAYLOAD}`,
  `a\\\\"; x="${PAYLOAD}`,
  `a;${PAYLOAD}`,
  'tea',
  '',
  '%27%20or%201=1',
  'tea"b',
);
const QUOTED = fc
  .tuple(
    oneOf('name', 'filename', 'name*', 'filename*', 'NAME', 'filename*0', 'filename*1*', ' name '),
    mostly('="', '=', ' = "', `=utf-8''`, `="iso-8859-1'en'`),
    VALUES,
    mostly('"', '', '\\"'),
  )
  .map((parts) => parts.join(''));
const HEADERS = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        mostly(
          'Content-Disposition: form-data',
          'content-disposition:form-data',
          'Content-Disposition: attachment',
          'Content-Disposition : form-data',
        ),
        fc.array(QUOTED, { minLength: 1, maxLength: 3 }),
      )
      .map(([head, parameters]) => [head, ...parameters].join('; ')),
  },
  {
    weight: 3,
    arbitrary: oneOf(
      'Content-Disposition: form-data; name="a"',
      'Content-Disposition: form-data; name="a"; filename="b"',
    ),
  },
  {
    weight: 2,
    arbitrary: oneOf(
      'Content-Type: text/plain',
      'Content-Type: application/octet-stream',
      `Content-Type: ${PAYLOAD}`,
      'Content-Type: application/json',
      'Content-Type: text/plain; charset=utf-16le',
      'Content-Type: text/plain; charset=latin1',
      'Content-Transfer-Encoding: base64',
      'Content-Transfer-Encoding: quoted-printable',
      'X: y',
      `X: ${PAYLOAD}`,
      'nothing',
      ': ',
    ),
  },
);
const CONTENT = fc
  .array(
    oneOf(
      PAYLOAD,
      'tea',
      CRLF,
      '\n',
      '\r',
      '--',
      '--B',
      `${CRLF}--B`,
      `${CRLF}--B-`,
      `${CRLF}--Bx`,
      'JyBvciAxPTE=',
      '=27=20or 1=3D1',
      '\0',
      '{"a":"',
      '\xff',
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const PART = fc
  .tuple(
    mostly('--B', '--B ', '--B--', '--b', ' --B', '--B\t', '--Bx'),
    EOL,
    fc
      .array(
        fc.tuple(HEADERS, EOL).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((each) => each.join('')),
    EOL,
    CONTENT,
    EOL,
  )
  .map((parts) => parts.join(''));
/** Forms as a client's library writes them, with something odd in most: delimiters, line ends, headers, parameters. */
export const ODD_FORMS: fc.Arbitrary<Buffer> = fc
  .tuple(
    mostly('', CRLF, `tea${CRLF}`, PAYLOAD, `${PAYLOAD}${CRLF}`),
    fc.array(PART, { minLength: 1, maxLength: 3 }),
    mostly('--B--\r\n', '--B--', '--B', '', '--B--\n', `--B--${PAYLOAD}`),
  )
  .map(([preamble, parts, end]) => Buffer.from(preamble + parts.join('') + end, 'latin1'));
