import type { IncomingMessage } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import busboy from 'busboy';
import formidable from 'formidable';

/** With some forms that are cut off inside a file neither parser ever ends. */
const GIVEN_UP_MS = 20;

/** What a parser hands to the app of a form: names, values, names and texts of files. All that came before it gave up, too. */
export type FormParser = (type: string, body: Buffer) => Promise<string[]>;

const withBusboy: FormParser = async (type, body) => {
  const handed: (string | undefined)[] = [];
  const files: Promise<unknown>[] = [];
  try {
    const parser = busboy({ headers: { 'content-type': type } });
    parser.on('field', (name, value, { mimeType, encoding }) => handed.push(name, value, mimeType, encoding));
    parser.on('file', (name, stream, { filename, mimeType, encoding }) => {
      handed.push(name, filename, mimeType, encoding);
      files.push(text(stream).then((content) => handed.push(content)));
    });
    const closed = new Promise<void>((resolve, reject) => parser.on('close', resolve).on('error', reject));
    parser.end(body);
    await Promise.race([closed, setTimeout(GIVEN_UP_MS, undefined, { ref: false })]);
  } catch {}
  await Promise.race([Promise.allSettled(files), setTimeout(GIVEN_UP_MS, undefined, { ref: false })]);
  return present(handed);
};

const withFormidable: FormParser = async (type, body) => {
  const handed: (string | null | undefined)[] = [];
  const contents: Buffer[] = [];
  const headers = { 'content-type': type, 'content-length': String(body.length) };
  const request = Object.assign(Readable.from([body]), { headers }) as unknown as IncomingMessage;
  const fileWriteStreamHandler = () =>
    new Writable({
      write(piece: Buffer, _encoding, done) {
        contents.push(piece);
        done();
      },
    });
  const parser = formidable({ fileWriteStreamHandler, allowEmptyFiles: true, minFileSize: 0 });
  parser.on('field', (name, value) => handed.push(name, value));
  parser.on('fileBegin', (name, file) => handed.push(name, file.originalFilename, file.mimetype));
  try {
    await Promise.race([parser.parse(request), setTimeout(GIVEN_UP_MS, undefined, { ref: false })]);
  } catch {}
  return present([...handed, Buffer.concat(contents).toString()]);
};

const present = (texts: readonly (string | null | undefined)[]): string[] => texts.filter((each) => each != null);

export const FORM_PARSERS: Readonly<Record<string, FormParser>> = { busboy: withBusboy, formidable: withFormidable };
