import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PlannedRequest, planDigest, type RequestRecord, renderPlan } from '@reprise/replay-engine'
import type { ScriptedReply } from '@reprise/replay-engine/stand-ins'
import { type Corpus, synthCorpus } from '@reprise/trace'
import { countRecord, emptyTally } from '../result/record-tally.ts'
import type { Result } from '../result/result.ts'
import { planFacts, type RunFile, type RunHeader } from '../result/run-header.ts'
import { buildRun } from '../run-folder/build-run.ts'
import { readManifest } from '../run-folder/manifest.ts'
import { RunFolderError } from '../run-folder/run-folder.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { saveResult } from '../run-folder/save-result.ts'
import { sealLine, unsealLine } from '../run-folder/sealed-line.ts'
import { type PlayedRun, playRun } from './played-run.fixture.ts'
import { calmClient, runHeader } from './run.fixture.ts'

export const writtenCorpus: Corpus = synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 })

/** Replies of a server that answers none like another, and fails a few. */
export function unlikeReplies(slowness = 1): (request: PlannedRequest) => ScriptedReply {
  return ({ lane, play, sessionIndex, turn }) => {
    const dice = Math.abs(Math.imul(((lane * 31 + play) * 31 + sessionIndex) * 31 + turn + 1, 2_654_435_761))
    const firstTokenMs = (80 + (dice % 400_000) / 1_000) * slowness
    if (dice % 100 < 3)
      return { firstTokenMs, outcome: { kind: 'failed', class: 'server-error', status: 500, message: 'no' } }
    return { firstTokenMs, tokenMs: (8 + (dice % 9_973) / 9_973) * slowness, chunkTokens: 1, cachedTokens: 0 }
  }
}

/** Four lanes for a minute. */
export function playMinute(slowness = 1): Promise<PlayedRun> {
  const overrides = { until: { kind: 'window' as const, durationMs: 60_000 }, timeScale: 0.01, drainMs: 60_000 }
  return playRun({ corpus: writtenCorpus, lanes: 4, overrides, script: unlikeReplies(slowness) })
}

/** Writes a run as one of a real server left it: folder, result and manifest. */
export async function writePlayed(
  folder: string,
  { plan, phases, records, ended }: PlayedRun,
  changes: Partial<RunHeader> = {},
): Promise<void> {
  const header = runHeader(plan.load, {
    identity: { model: 'deepseek-ai/DeepSeek-R1-0528', hardware: 'b200', gpus: 8 },
    plan: planFacts(plan, planDigest(plan)),
    startedAt: '2026-11-01T10:00:00.000Z',
    ...changes,
  })
  const writer = await RunWriter.open({ folder, header, planText: renderPlan(plan), overwrite: true })
  for (const record of records) writer.record(record)
  for (const span of phases) writer.phase(span)
  await writer.close({ reason: ended!.reason, clientHealth: calmClient })
  await saveResult(folder, await buildRun(folder))
}

/** Somebody who changes a run and makes all the rest fit as well as he can: checksums, counts, result and manifest. */
export class Forger {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8')
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text)
  }

  link(name: string, to: string): void {
    symlinkSync(to, join(this.#folder, name))
  }

  /** With the counts in run.json made to fit. */
  records(change: (records: RequestRecord[]) => RequestRecord[]): void {
    const records = change(this.#lines('records.jsonl') as RequestRecord[]).sort((a, b) => a.doneMs - b.doneMs)
    this.#writeLines('records.jsonl', records)
    const tally = emptyTally()
    for (const record of records) countRecord(tally, record)
    this.header(({ ended, ...header }) => ({ ...header, ended: { ...ended!, records: tally } }))
  }

  phases(change: (span: { startMs: number; endMs?: number }) => object): void {
    this.#writeLines('phases.jsonl', (this.#lines('phases.jsonl') as { startMs: number }[]).map(change))
  }

  header(change: (run: RunFile) => RunFile): void {
    this.write('run.json', JSON.stringify(change(JSON.parse(this.read('run.json')) as RunFile), null, 2))
  }

  result(change: (result: Result) => object): void {
    this.write('results.json', JSON.stringify(change(JSON.parse(this.read('results.json')) as Result)))
  }

  /** Builds the result of what he made, where that can be, and the manifest. */
  async cover({ rebuild = true } = {}): Promise<void> {
    if (rebuild) {
      const built = await buildRun(this.#folder).catch((error: unknown) => {
        if (!(error instanceof RunFolderError)) throw error
        return undefined
      })
      if (built) await saveResult(this.#folder, built)
    }
    this.write('manifest.json', JSON.stringify(await readManifest(this.#folder)))
  }

  #lines(name: string): unknown[] {
    const lines = this.read(name).trimEnd().split('\n')
    return lines.map((line) => JSON.parse(unsealLine(line)!) as unknown)
  }

  #writeLines(name: string, values: readonly object[]): void {
    this.write(name, values.map((value) => `${sealLine(JSON.stringify(value))}\n`).join(''))
  }
}
