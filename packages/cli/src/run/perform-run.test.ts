import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, ContinuedClock, planReplay, ScriptedTarget, WallClock } from '@reprise/replay-engine'
import { type RunTarget, readStoppedRun } from '@reprise/result-aggregator'
import { fixedLengthCorpus } from '@reprise/trace'
import { expect, onTestFinished, test } from 'vitest'
import { performRun, type RunSetup } from './perform-run.ts'

const corpus = fixedLengthCorpus({
  seed: 1,
  requests: 4,
  inputTokens: 64,
  outputTokens: 1,
  rangeRatio: 1,
  blockSize: 64,
})
const silent = { write: () => true }

test('the date of a run is that of its clock, and of each attempt that of the clock it goes on by', async () => {
  const folder = await temporaryFolder()
  const began = datedClock('2026-03-01T08:00:00.000Z')
  await perform({ folder, clock: began, signal: AbortSignal.abort() })
  expect(readJson(join(folder, 'run.json')).startedAt).toBe('2026-03-01T08:00:00.000Z')

  const { header, at, progress } = await readStoppedRun(folder)
  const clock = new ContinuedClock(datedClock('2026-03-01T09:30:00.000Z'), at.atMs)
  const { result } = await perform({ folder, clock, resume: { header, at, progress } })
  expect(result.provenance.startedAt).toBe('2026-03-01T08:00:00.000Z')
  expect(result.completeness.resumed?.breaks).toMatchObject([{ attempt: 2, startedAt: '2026-03-01T09:30:00.000Z' }])
})

/** A clock of real time that says another date than today's. */
function datedClock(startedAt: string): Clock {
  const clock = new WallClock()
  return { startedAt, now: () => clock.now(), at: (ms, run) => clock.at(ms, run) }
}

function perform({
  signal = new AbortController().signal,
  ...setup
}: Pick<RunSetup, 'folder' | 'clock' | 'resume'> & { signal?: AbortSignal }) {
  const plan = planReplay(corpus, {
    seed: 1,
    lanes: 1,
    preset: 'fixed-seq-len',
    overrides: { until: { kind: 'passes', passes: 1 }, quiesceMs: 0 },
  })
  const where: RunTarget = { kind: 'http', simulated: false, clock: 'wall' }
  return performRun(
    {
      loaded: { corpus, origin: 'preset', source: 'generated' },
      plan,
      target: new ScriptedTarget(setup.clock, () => ({ firstTokenMs: 1 })),
      drive: (main) => main(),
      identity: { model: 'm' },
      where,
      overwrite: false,
      command: 'reprise replay',
      keepChunkGaps: false,
      ...setup,
    },
    { stdout: silent, stderr: silent, env: {}, argv: [], signal, quiet: true },
  )
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-perform-run-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'run')
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
