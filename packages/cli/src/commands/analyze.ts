import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ApiSecurityError, type DescribedRequest } from '@api-security/core';
import { Command } from 'commander';
import { assessmentText } from '../analyze/assessment-text.js';
import { requestFromFile } from '../analyze/request-from-file.js';
import { requestFromFlags } from '../analyze/request-from-flags.js';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withEngine } from '../open-engine.js';
import { type Io, paintFor, printJson, printLines } from '../output.js';
import type { CommandContext } from './action.js';

interface AnalyzeOptions {
  readonly url?: string;
  readonly method?: string;
  readonly header: readonly string[];
  readonly data?: string;
  readonly address?: string;
  readonly fail?: boolean;
  readonly models?: string;
  readonly json?: boolean;
}

/** `analyze [file]`: one request → the explained assessment. */
export function analyzeCommand({ io, exits }: CommandContext): Command {
  return new Command('analyze')
    .summary('explain how one request is assessed')
    .description('Assesses one request as if a new client had sent it. Nothing is sent anywhere.')
    .argument(
      '[file]',
      'a raw HTTP request, a JSON description, or one record of a labelled file; - reads standard input',
    )
    .option('--url <url>', 'path and query, or a whole URL; its host becomes the host header')
    .option('--method <method>', 'GET, or POST when there is data')
    .option(
      '--header <line>',
      '"name: value"; may be repeated',
      (line: string, lines: readonly string[]) => [...lines, line],
      [],
    )
    .option('--data <text>', 'the body; @name reads a file')
    .option('--address <address>', "the client's address")
    .option('--fail', 'exit with 1 when the request reaches HIGH')
    .option('--models <dir>', 'directory of the models (default: the bundled ones)')
    .option('--json', 'print the assessment as JSON')
    .action(exits((file: string | undefined, options: AnalyzeOptions) => analyze(file, options, io)));
}

async function analyze(file: string | undefined, options: AnalyzeOptions, io: Io): Promise<ExitCode> {
  const request = await requestOf(file, options, io);
  const assessment = await withEngine(options.models, io, async (engine) => {
    try {
      return await engine.analyze(request);
    } catch (error) {
      const invalid = error instanceof ApiSecurityError && error.code === 'API_SECURITY_REQUEST_INVALID';
      if (!invalid) throw error;
      throw new CliError(file === undefined ? EXIT.usage : EXIT.input, error.message, { cause: error });
    }
  });
  if (options.json) printJson(io.stdout, assessment);
  else printLines(io.stdout, assessmentText(assessment, paintFor(io.stdout, io.env)));
  if (assessment.scores.content === null) throw new CliError(EXIT.engine, 'The content of the request was not scored.');
  const reached = assessment.level === 'high' || assessment.level === 'critical';
  return options.fail && reached ? EXIT.detected : EXIT.ok;
}

async function requestOf(file: string | undefined, options: AnalyzeOptions, io: Io): Promise<DescribedRequest> {
  const { url, method, header, data, address } = options;
  if (file === undefined) {
    if (url === undefined) throw new CliError(EXIT.usage, 'Name a file, or describe the request with --url.');
    const request = requestFromFlags({
      url,
      header,
      ...(method !== undefined && { method }),
      ...(data !== undefined && { data: data.startsWith('@') ? await read(data.slice(1), io) : data }),
      ...(address !== undefined && { address }),
    });
    if (typeof request === 'string') throw new CliError(EXIT.usage, request);
    return request;
  }
  if (url !== undefined || method !== undefined || header.length > 0 || data !== undefined) {
    throw new CliError(EXIT.usage, 'A file describes the whole request: only --address can be added to it.');
  }
  const request = requestFromFile(await read(file, io));
  if (typeof request === 'string') throw new CliError(EXIT.input, `${file}: ${request}`);
  return address === undefined ? request : { ...request, address };
}

async function read(file: string, io: Io): Promise<Buffer> {
  try {
    if (file !== '-') return await readFile(resolve(io.cwd, file));
    const chunks: Uint8Array[] = [];
    for await (const chunk of io.stdin ?? []) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new CliError(EXIT.input, `Cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
