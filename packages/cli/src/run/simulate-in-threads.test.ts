import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEngineConfig } from '@reprise/engine-sim'
import { planReplay } from '@reprise/replay-engine'
import { synthCorpus } from '@reprise/trace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLength } from '../live/run-length.ts'
import { Interrupted } from '../terminal/interrupts.ts'
import type { Talk } from '../terminal/io.ts'
import { generatedFacts } from './load-corpus.ts'
import { simulateInThreads } from './simulate-in-threads.ts'
import { type SimulatedSweep, simulatePoint } from './simulate-point.ts'

let base = ''
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'reprise-threads-'))
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

const corpus = synthCorpus({ seed: 3, traces: 6, scale: 0.05, turnScale: 0.2 })
const loaded = { corpus, facts: generatedFacts(corpus), origin: 'synthetic', source: 'six traces' } as const
const sweep: SimulatedSweep = {
  engine: parseEngineConfig('{}'),
  options: {
    ...{ preset: 'agentx-v0.1', seed: 3, passes: 1, quiesceMs: 0 },
    ...{ everyToken: false, overwrite: false },
  } as SimulatedSweep['options'],
  command: 'six traces',
}

function runsIn(folder: string, lanes: readonly number[]) {
  const length = runLength(planReplay(corpus, { seed: 3, preset: 'agentx-v0.1', lanes: 1, overrides: {} }))
  return lanes.map((each) => ({
    ...{ point: { lanes: each }, folder: join(folder, `lanes-${each}`), loaded },
    outlook: { length },
  }))
}

function talkOf(signal = new AbortController().signal) {
  const said: string[] = []
  const talk: Talk = {
    ...{ argv: ['simulate'], env: {}, quiet: false, signal, stdout: { write: () => {} } },
    stderr: { write: (text) => said.push(text) },
  }
  return { talk, said }
}

test('runs in threads are those done one after another, to the byte; one that fails costs the others nothing', async () => {
  const { talk, said } = talkOf()
  writeFileSync(join(base, 'a file'), '')
  const [broken, ...whole] = runsIn(join(base, 'threads'), [3, 1, 2])
  const runs = [whole[0]!, { ...broken!, folder: join(base, 'a file', 'below') }, whole[1]!]
  const ends = await simulateInThreads(sweep, runs, { threads: 2, talk })
  expect(ends.map((end) => end && 'run' in end)).toEqual([true, false, true])
  expect(ends[1]).toMatchObject({ error: { name: 'RunFolderError', message: expect.stringContaining('a file') } })
  expect(said.filter((text) => text.includes('requests/s'))).toHaveLength(2)
  for (const run of runsIn(join(base, 'alone'), [1, 2])) {
    const alone = await simulatePoint(sweep, run, loaded, talk)
    const other = ends[run.point.lanes === 1 ? 0 : 2] as { run: typeof alone }
    expect(other.run.result).toEqual(alone.result)
    const inThreads = run.folder.replace('alone', 'threads')
    expect(readdirSync(inThreads)).toEqual(readdirSync(run.folder))
    for (const name of ['records.jsonl', 'phases.jsonl', 'results.json', 'plan.json', 'run.json'])
      expect(readFileSync(join(inThreads, name), 'utf8'), name).toBe(readFileSync(join(run.folder, name), 'utf8'))
  }
})

test('after the user has asked to stop, the run that was begun is kept as far as it came, and none is begun', async () => {
  const { talk } = talkOf(AbortSignal.abort(new Interrupted('SIGINT')))
  const ends = await simulateInThreads(sweep, runsIn(join(base, 'stopped'), [1, 2, 3]), { threads: 3, talk })
  expect(ends).toEqual([
    { run: expect.objectContaining({ result: expect.objectContaining({ schema: 'result/1' }) }) },
    undefined,
    undefined,
  ])
  expect(readdirSync(join(base, 'stopped'))).toEqual(['lanes-1'])
})
