import { printable } from '@reprise/safe-text'
import { type Loss, Losses } from '../../convert/losses.ts'
import type { Corpus } from '../../corpus.ts'
import { corpusOfRequests } from '../../import/corpus-of-requests.ts'
import { detectLog, logKinds } from '../../import/detect-log.ts'
import type { LogKind, LogName, LogReader } from '../../import/log-reader.ts'
import { PromptChains } from '../../import/prompt-chains.ts'
import { type Problem, renderProblem, TraceError } from '../../problem.ts'
import { InvalidJson, parseJson } from '../parse-json.ts'
import { UnreadableFile } from '../plain-file.ts'
import { readDocuments } from '../read-documents.ts'
import { listLogFiles } from './list-log-files.ts'
import { readTokenizer } from './read-tokenizer.ts'

export interface ImportOptions {
  /** Default: told by the first record that is of any kind. */
  readonly from?: LogName
  /** Default 64. */
  readonly blockSize?: number
  /** A `tokenizer.json`; default: four bytes of text are a token. */
  readonly tokenizerFile?: string
  /** Called after every file. */
  readonly onProgress?: (progress: { readonly filesDone: number; readonly files: number }) => void
}

export interface ImportedLogs {
  readonly corpus: Corpus
  /** Of what kind the logs are. */
  readonly from: string
  /** In words. */
  readonly tokenizer: string
  readonly losses: readonly Loss[]
  readonly problems: readonly Problem[]
  readonly files: number
}

/**
 * A corpus of the logs at a path: a file, or a folder with all that is below it. Nothing of their texts is in it.
 *
 * @throws TraceError when there is no request in them, or the tokenizer cannot be read.
 */
export async function importLogs(path: string, options: ImportOptions = {}): Promise<ImportedLogs> {
  const { blockSize = 64 } = options
  const files = await listLogFiles(path)
  const { tokenize, name } = await readTokenizer(options.tokenizerFile)
  const losses = new Losses()
  const chains = new PromptChains(blockSize, tokenize)
  const problems: Problem[] = []
  let kind = logKinds.find((each) => each.name === options.from)
  let reader: LogReader | undefined
  for (const [index, file] of files.entries()) {
    try {
      for await (const document of readDocuments(file)) {
        if (!('bytes' in document)) continue
        const place = { file, ...(document.line !== undefined && { line: document.line }) }
        const record = recordOf(document.bytes.toString('utf8'), place, problems)
        kind ??= detectLog(record)
        if (!kind?.recognises(record)) continue
        reader ??= kind.reader(chains, losses)
        reader.add(record, place)
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      problems.push({ severity: 'error', code: 'file', file, message: error.message })
    }
    options.onProgress?.({ filesDone: index + 1, files: files.length })
  }
  const requests = reader?.requests() ?? []
  if (requests.length === 0) throw new TraceError(nothingFound(path, kind, problems), problems)
  const corpus = corpusOfRequests(requests, { chains, blockSize, tokenize, tokenizer: name, losses })
  return { corpus, from: kind!.title, tokenizer: name, losses: losses.all, problems, files: files.length }
}

function recordOf(text: string, place: { file: string; line?: number }, problems: Problem[]): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof InvalidJson)) throw error
    problems.push({ severity: 'error', code: 'json', ...place, message: error.message })
    return undefined
  }
}

function nothingFound(path: string, kind: LogKind | undefined, problems: readonly Problem[]): string {
  const known = logKinds.map(({ title }) => title).join(', ')
  const what = kind ? `no request in the ${kind.title}` : `nothing that is known; expected ${known}`
  return [`${printable(path, 300)}: ${what}`, ...problems.slice(0, 3).map(renderProblem)].join('\n  ')
}
