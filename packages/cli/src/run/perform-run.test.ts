import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planReplay, type Target } from '@reprise/replay-engine'
import { type Clock, ContinuedClock, WallClock } from '@reprise/replay-engine/clock'
import { ScriptedTarget } from '@reprise/replay-engine/stand-ins'
import { buildRun, type RunTarget, readStoppedRun } from '@reprise/result-aggregator/run'
import { fixedLengthCorpus } from '@reprise/trace'
import { expect, onTestFinished, test } from 'vitest'
import type { Companion } from './companion.ts'
import { generatedFacts } from './load-corpus.ts'
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

test('from which commit and by which workflow it was measured stands in the run and in its result, as far as it was told', async () => {
  const origin = { commit: 'a'.repeat(40), workflowRun: 'https://github.com/acme/bench/actions/runs/17/attempts/1' }
  const [told, untold] = [await temporaryFolder(), await temporaryFolder()]
  const { result } = await perform({ folder: told, clock: new WallClock(), signal: AbortSignal.abort(), origin })
  expect(readJson(join(told, 'run.json'))).toMatchObject(origin)
  expect(result.provenance).toMatchObject(origin)
  await perform({ folder: untold, clock: new WallClock(), signal: AbortSignal.abort() })
  for (const name of Object.keys(origin)) expect(readJson(join(untold, 'run.json'))).not.toHaveProperty(name)
})

test('asked again, it cancels what is in flight, records it, and gives the result all the same', async () => {
  const [ask, askAgain] = [new AbortController(), new AbortController()]
  const clock = new WallClock()
  const target: Target = {
    send: (_, __, signal) =>
      new Promise((resolve) => {
        signal!.addEventListener('abort', () => resolve({ kind: 'cancelled' }))
        ask.abort()
        askAgain.abort()
      }),
  }
  const folder = await temporaryFolder()
  const { result } = await perform({ folder, clock, target, signal: ask.signal, cancel: askAgain.signal })
  expect(result).toMatchObject({ completeness: { ended: 'interrupted' }, counts: { warmup: { cancelled: 1 } } })
})

test('where the target fails, what came before is on the disk, every file is closed, and the first error is told', async () => {
  const clock = new WallClock()
  const answering = new ScriptedTarget(clock, () => ({ firstTokenMs: 1 }))
  let sent = 0
  const target: Target = {
    send: (...request) => (++sent > 2 ? Promise.reject(new RangeError('our bug')) : answering.send(...request)),
  }
  const folder = await temporaryFolder()
  const closed: unknown[] = []
  const companions: Companion[] = [
    {
      stop: (end) => {
        closed.push(end)
        return undefined
      },
    },
  ]
  await expect(perform({ folder, clock, target, companions })).rejects.toThrow('our bug')
  expect(closed).toEqual(['failed'])
  const result = await buildRun(folder)
  expect(result.completeness.ended).toBe('killed')
  expect(result.counts.warmup.ok).toBe(2)
  expect(openFilesIn(folder)).toEqual([])
})

test('a companion that fails costs the run nothing: the journal is whole and ended, and its error is told last', async () => {
  const clock = new WallClock()
  const folder = await temporaryFolder()
  const ends: unknown[] = []
  const failing: Companion = {
    record: () => {
      throw new RangeError('of the companion')
    },
    stop: () => undefined,
  }
  const sound: Companion = {
    stop: (end) => {
      ends.push(end)
      return undefined
    },
  }
  await expect(perform({ folder, clock, companions: [sound, failing] })).rejects.toThrow('of the companion')
  expect(ends).toEqual(['passes'])
  const { completeness, clientHealth } = await buildRun(folder)
  expect(completeness.ended).toBe('passes')
  expect(clientHealth.maxRssMiB).toBeGreaterThan(0)
})

test('where a companion cannot start, nothing is sent and every file is closed', async () => {
  const clock = new WallClock()
  const folder = await temporaryFolder()
  let sent = 0
  const target: Target = {
    send: async () => {
      sent += 1
      return { kind: 'cancelled' }
    },
  }
  const companion: Companion = { start: () => Promise.reject(new RangeError('no port')), stop: () => undefined }
  await expect(perform({ folder, clock, target, companions: [companion] })).rejects.toThrow('no port')
  expect(sent).toBe(0)
  expect(openFilesIn(folder)).toEqual([])
})

/** Where the system tells. */
function openFilesIn(folder: string): string[] {
  if (!existsSync('/proc/self/fd')) return []
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
  return links.filter((path) => path.startsWith(folder))
}

/** A clock of real time that says another date than today's. */
function datedClock(startedAt: string): Clock {
  const clock = new WallClock()
  return { startedAt, now: () => clock.now(), at: (ms, run) => clock.at(ms, run) }
}

function perform({
  signal = new AbortController().signal,
  cancel,
  ...setup
}: Pick<RunSetup, 'folder' | 'clock'> & Partial<RunSetup> & { signal?: AbortSignal; cancel?: AbortSignal }) {
  const plan = planReplay(corpus, {
    seed: 1,
    lanes: 1,
    preset: 'fixed-seq-len',
    overrides: { until: { kind: 'passes', passes: 1 }, quiesceMs: 0 },
  })
  const where: RunTarget = { kind: 'http', simulated: false, clock: 'wall' }
  return performRun(
    {
      loaded: { corpus, facts: generatedFacts(corpus), origin: 'preset', source: 'generated' },
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
    { stdout: silent, stderr: silent, env: {}, argv: [], signal, ...(cancel && { cancel }), quiet: true },
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
