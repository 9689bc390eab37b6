import { join } from 'node:path'
import {
  isWholeRun,
  type PhaseSpan,
  type Plan,
  recountHits,
  renderPlan,
  type SentRequest,
  sharesBlocks,
} from '@reprise/replay-engine'
import type { Corpus } from '@reprise/trace'
import { clocksApart, shardsProblem } from '../audit/shards-problem.ts'
import type { RunHeader } from '../result/run-header.ts'
import { worstHealth } from '../result/worst-health.ts'
import { auditedPlan, auditedRecords } from './audited-records.ts'
import { inOrderOfEnds } from './in-order-of-ends.ts'
import { openLineAppender } from './line-appender.ts'
import { longestIdleMs } from './longest-idle.ts'
import { exists } from './make-folder.ts'
import { maxBytes } from './max-bytes.ts'
import { mergedPhases } from './merged-phases.ts'
import { readJournal } from './read-journal.ts'
import { readRun, type StoredRun } from './read-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import { lockRun } from './run-lock.ts'
import { RunWriter } from './run-writer.ts'
import { sealLine } from './sealed-line.ts'
import { sentRequest } from './sent-request.ts'
import { StoredPlans } from './stored-plans.ts'

export interface MergeOptions {
  readonly out: string
  readonly overwrite: boolean
  /** Shards may have broken off: all of them then count until the first did. */
  readonly partial: boolean
  /** Does the same run again, in one piece. */
  readonly command: string
  /** The corpus that was replayed; asked for where plays of different shards have blocks in common. */
  readonly corpus: (header: RunHeader) => Promise<Corpus>
}

/**
 * Writes one run folder of the folders of its shards, in any order: what one process would have left that had sent all of it. Each shard is
 * audited as it is read; the result is the reader's to build.
 *
 * @throws RunFolderError where they are not all the shards of one run, each whole and sound, or `out` cannot be written.
 */
export async function mergeShards(folders: readonly string[], options: MergeOptions): Promise<void> {
  const { out, partial } = options
  const stored: StoredShard[] = []
  for (const folder of folders) stored.push({ folder, ...(await readRun(folder)) })
  refuse(stored, partial)
  const shards = stored.toSorted((one, other) => indexOf(one) - indexOf(other))
  const lock = await lockRun(out)
  try {
    await write(shards, options)
  } finally {
    await lock.release()
  }
}

interface StoredShard extends StoredRun {
  readonly folder: string
}

function indexOf({ run }: StoredRun): number {
  return run.shard!.shard.index
}

function refuse(stored: readonly StoredShard[], partial: boolean): void {
  const found = shardsProblem(
    stored.map(({ run }) => run),
    { partial },
  )
  if (found) throw new RunFolderError(stored[found.at]?.folder ?? '', found.problem, found.cure)
}

async function write(shards: readonly StoredShard[], options: MergeOptions): Promise<void> {
  const { out, overwrite } = options
  const { ended: _, shard, argv: __, ...first } = shards[0]!.run
  const plans = new StoredPlans()
  const plan = await auditedPlan(shards[0]!.folder, shards[0]!, plans)
  const seen = await survey(shards, { plan, plans, corpus: () => options.corpus(first) })
  const { brokeOffMs } = seen
  const { startAt, profilingMs } = shard!
  const phases = mergedPhases(
    shards.map((each) => each.phases),
    { load: plan.load, profilingMs, brokeOffMs },
  )
  const clocks = clocksApart(shards.map(({ run }) => run))
  const idleMs = longestIdle(plan, phases, seen.requests)
  const brokeOff = shards.filter(({ run }) => !isWholeRun(run.ended?.reason)).map(indexOf)
  const header: RunHeader = {
    ...first,
    target: mergedTarget(shards),
    command: options.command,
    startedAt: startAt,
    shards: {
      ...{ of: shards.length, startAt, profilingMs },
      ...(clocks && { clocks: { apartMs: clocks.apartMs, uncertainMs: clocks.uncertainMs } }),
      ...(idleMs !== undefined && { longestIdleMs: idleMs }),
      ...(brokeOff.length > 0 && { brokeOff }),
    },
  }
  const writer = await RunWriter.open({ folder: out, overwrite, header, planText: renderPlan(plan) })
  for (const span of phases) writer.phase(span)
  for (const name of sampledFiles) await copyFirst(name, shards, out)
  const next = shards.map(() => 0)
  const journals = shards.map(({ records }) => records())
  for await (const { record, journal } of inOrderOfEnds(journals)) {
    const place = next[journal]!
    next[journal] = place + 1
    if (brokeOffMs !== undefined && record.doneMs > brokeOffMs) continue
    const idealHitTokens = seen.hits?.[seen.offsets[journal]! + place] ?? record.idealHitTokens
    writer.record({ ...record, idealHitTokens })
  }
  if (brokeOffMs !== undefined) return writer.abandon()
  const clientHealth = worstHealth(shards.map(({ run }) => run.ended?.clientHealth))
  await writer.close({ reason: shards[0]!.run.ended!.reason, ...(clientHealth && { clientHealth }) })
}

interface EndedRequest extends SentRequest {
  readonly doneMs: number
}

/** What was sampled beside a run. */
const sampledFiles = [runFiles.serverMetrics, runFiles.power]

/**
 * Shards sample the same pages and the same accelerators, each on its own clock that counts from the appointed instant, and on another machine than the
 * server nobody sees its accelerators: what the first shard has that sampled at all is as good as any. Added up it would count twice.
 */
async function copyFirst(name: string, shards: readonly StoredShard[], out: string): Promise<void> {
  for (const { folder } of shards) {
    const path = join(folder, name)
    if (!(await exists(path))) continue
    const copy = await openLineAppender(join(out, name))
    try {
      for await (const { json } of readJournal(path, { maxBytes: maxBytes.serverMetrics })) copy.append(sealLine(json))
    } finally {
      await copy.close()
    }
    return
  }
}

/** What only all shards together tell. */
interface Survey {
  /** Of all shards, one after the other. */
  readonly requests: readonly EndedRequest[]
  /** Where the requests of each begin. */
  readonly offsets: readonly number[]
  readonly hits?: Float64Array
  /** When the first one broke off; absent where none did. */
  readonly brokeOffMs?: number
}

/** Reads every shard once, as strictly as a run that is built. */
async function survey(
  shards: readonly StoredShard[],
  { plan, plans, corpus }: { plan: Plan; plans: StoredPlans; corpus: () => Promise<Corpus> },
): Promise<Survey> {
  const wanted = sharesBlocks(plan) || (plan.load.kind === 'lanes' && plan.load.systemIdleCapMs !== undefined)
  const requests: EndedRequest[] = []
  const offsets: number[] = []
  let brokeOffMs = Number.POSITIVE_INFINITY
  for (const shard of shards) {
    offsets.push(requests.length)
    let lastMs = 0
    await auditedPlan(shard.folder, shard, plans)
    for await (const record of auditedRecords(shard.folder, shard, { plan })) {
      lastMs = record.doneMs
      if (wanted) requests.push(sentRequest(record))
    }
    if (!isWholeRun(shard.run.ended?.reason)) brokeOffMs = Math.min(brokeOffMs, brokeOffAt(shard.phases, lastMs))
  }
  const hits = sharesBlocks(plan) ? recountHits({ plan, corpus: await sameCorpus(plan, corpus) }, requests) : undefined
  return { requests, offsets, ...(hits && { hits }), ...(brokeOffMs < Number.POSITIVE_INFINITY && { brokeOffMs }) }
}

/** A run that was asked to stop sent nothing after its profiling; a killed one has its last record. */
function brokeOffAt(phases: readonly PhaseSpan[], lastMs: number): number {
  return phases.findLast(({ phase }) => phase !== 'drain')?.endMs ?? lastMs
}

async function sameCorpus(plan: Plan, read: () => Promise<Corpus>): Promise<Corpus> {
  const corpus = await read()
  if (corpus.digest === plan.corpusDigest) return corpus
  throw new RunFolderError('--traces', 'not the traces that the shards replayed (their digest differs)', 'Give those.')
}

function longestIdle(plan: Plan, phases: readonly PhaseSpan[], requests: Survey['requests']): number | undefined {
  const profiling = phases.find(({ phase }) => phase === 'profiling')
  if (plan.load.kind !== 'lanes' || plan.load.systemIdleCapMs === undefined || !profiling) return undefined
  return longestIdleMs(requests, profiling)
}

/** What the others had to say of the endpoint is said too. */
function mergedTarget(shards: readonly StoredRun[]): RunHeader['target'] {
  const notes = [...new Set(shards.flatMap(({ run }) => run.target.notes ?? []))]
  const { notes: _, ...target } = shards[0]!.run.target
  return { ...target, ...(notes.length > 0 && { notes }) }
}
