import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Corpus } from '../corpus.ts'
import { readCorpus } from './read-corpus.ts'

const folder = fileURLToPath(new URL('../../../../../shared/data/weka/', import.meta.url))

/** Whether the public traces lie beside the repository. */
export const havePublicTraces = existsSync(folder)

/** Asked for by `npm run test:corpora`. */
export const isWhole = process.env.REPRISE_CORPORA === 'whole'

if (!havePublicTraces) console.warn('NOT RUN: tests of recorded traces, ../shared/data/weka is not there')

let read: Promise<Corpus> | undefined

/** 37 of the 355 public traces, those whose names end with 7, with 3,123 turns; all 355, with 25,028 turns, where the whole is asked for. */
export function publicTraces(): Promise<Corpus> {
  read ??= readCorpus(`${folder}trace_*${isWhole ? '' : '7'}.json.gz`).then(({ corpus }) => corpus)
  return read
}
