import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderPlan } from '@reprise/replay-engine'
import { afterEach, beforeEach } from 'vitest'
import type { RunHeader } from '../result/run-header.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { calmClient, factsOf, lanesLoad, okRecord, onePlan, runHeader, unansweredRecord } from './run.fixture.ts'

/** Two lanes for two seconds: a warm-up request, two good ones and a failure. */
const plan = onePlan(lanesLoad({ lanes: 2, until: { kind: 'window', durationMs: 2000 } }))
export const planText = renderPlan(plan)
export const header = runHeader(plan.load, { plan: factsOf(plan) })
export const warm = okRecord({
  id: '0.0.0.0',
  phase: 'warmup',
  dueMs: 0,
  sentMs: 0,
  firstTokenMs: 90,
  firstAnswerMs: 90,
  lastTokenMs: 400,
  doneMs: 401,
})
export const good = okRecord({ id: '0.0.0.1', turn: 1 })
export const slower = okRecord({
  id: '1.0.0.0',
  lane: 1,
  firstTokenMs: 1300,
  firstAnswerMs: 1300,
  lastTokenMs: 2300,
  doneMs: 2310,
})
export const failed = unansweredRecord(
  { kind: 'failed', class: 'server-error', status: 500, message: 'out of \u2028 memory' },
  { id: '1.0.0.1', lane: 1, turn: 1, dueMs: 2310, sentMs: 2312, doneMs: 2330 },
)

/** The path of a folder that does not exist yet, another one for each test; it is removed after the test. */
export function freshFolder(): () => string {
  let parent = ''
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'reprise-run-'))
  })
  afterEach(() => rm(parent, { recursive: true, force: true }))
  return () => join(parent, 'runs', 'one')
}

/** `changes`: of what it says of itself. */
export async function writeFinishedRun(folder: string, changes: Partial<RunHeader> = {}): Promise<void> {
  const writer = await startRun(folder, changes)
  writer.phase({ phase: 'profiling', startMs: 500, endMs: 2500 })
  await writer.close({ reason: 'window', clientHealth: calmClient })
}

/** What a run leaves that was killed after its lines had reached the disk: no end anywhere. */
export async function writeKilledRun(folder: string): Promise<void> {
  const writer = await startRun(folder)
  await writer.close({ reason: 'window' })
  await writeFile(join(folder, 'run.json'), JSON.stringify(header))
}

async function startRun(folder: string, changes: Partial<RunHeader> = {}): Promise<RunWriter> {
  const writer = await RunWriter.open({ folder, header: { ...header, ...changes }, planText })
  writer.phase({ phase: 'warmup', startMs: 0 })
  writer.record(warm)
  writer.phase({ phase: 'warmup', startMs: 0, endMs: 401 })
  writer.phase({ phase: 'profiling', startMs: 500 })
  for (const record of [good, slower, failed]) writer.record(record)
  return writer
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
