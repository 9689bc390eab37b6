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
import type { FinishedRun } from './perform-run.ts'
import { type SimulatedSweep, simulatePoint } from './simulate-point.ts'
import { simulateSweep } from './simulate-sweep.ts'

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
    ...{ point: { lanes: each }, folder: join(folder, `lanes-${each}`) },
    outlook: { length },
  }))
}

function talkOf(signal = new AbortController().signal, { isTTY = false } = {}) {
  const said: string[] = []
  const talk: Talk = {
    ...{ argv: ['simulate'], env: {}, quiet: false, signal, stdout: { write: () => {} } },
    stderr: { write: (text) => said.push(text), isTTY },
  }
  return { talk, said }
}

async function swept(runs: ReturnType<typeof runsIn>, jobs: number | undefined, talk: Talk) {
  const finished: FinishedRun[] = []
  const onRun = (run: FinishedRun) => {
    finished.push(run)
  }
  const failures = await simulateSweep(sweep, runs, { corpusAt: async () => loaded, jobs, talk, onRun })
  return { finished, failures }
}

test.each([
  ['here', 1],
  ['here and in one thread', 2],
  ['here and in two threads', 3],
  ['as is sooner done', undefined],
])(
  '%s: runs are those done alone, to the byte and in their order; one that fails costs the others nothing',
  async (name, jobs) => {
    const { talk, said } = talkOf()
    writeFileSync(join(base, 'a file'), '')
    const [one, broken, two] = runsIn(join(base, name), [1, 3, 2])
    const runs = [one!, { ...broken!, folder: join(base, 'a file', 'below') }, two!]
    const { finished, failures } = await swept(runs, jobs, talk)
    expect(failures).toEqual([
      expect.objectContaining({ name: 'RunFolderError', message: expect.stringContaining('a file') }),
    ])
    expect(finished.map(({ path }) => path)).toEqual([one, two].map((run) => join(run!.folder, 'results.json')))
    expect(said.filter((text) => text.includes('requests/s'))).toHaveLength(2)
    for (const [nth, run] of runsIn(join(base, 'alone'), [1, 2]).entries()) {
      const alone = await simulatePoint({ ...sweep, options: { ...sweep.options, overwrite: true } }, run, loaded, talk)
      expect(finished[nth]!.result).toEqual(alone.result)
      const inSweep = run.folder.replace('alone', name)
      expect(readdirSync(inSweep)).toEqual(readdirSync(run.folder))
      for (const file of ['records.jsonl', 'phases.jsonl', 'results.json', 'plan.json', 'run.json'])
        expect(readFileSync(join(inSweep, file), 'utf8'), file).toBe(readFileSync(join(run.folder, file), 'utf8'))
    }
  },
)

test.each([1, 3])(
  'asked to stop, in %i at once: the run that was begun is kept as far as it came, and none is begun',
  async (jobs) => {
    const { talk } = talkOf(AbortSignal.abort(new Interrupted('SIGINT')))
    const folder = join(base, `stopped-${jobs}`)
    const { finished, failures } = await swept(
      runsIn(folder, [2, 2, 2]).map((run, nth) => ({ ...run, folder: join(folder, `${nth}`) })),
      jobs,
      talk,
    )
    expect(failures).toEqual([])
    expect(finished).toEqual([expect.objectContaining({ result: expect.objectContaining({ schema: 'result/1' }) })])
    expect(readdirSync(folder)).toEqual(['0'])
  },
)

test('on a terminal too each run says how it went', async () => {
  const { talk, said } = talkOf(undefined, { isTTY: true })
  const { finished } = await swept(runsIn(join(base, 'terminal'), [1, 2, 3]), 2, talk)
  expect(finished).toHaveLength(3)
  expect(said.join('').match(/requests\/s/g)).toHaveLength(3)
})
