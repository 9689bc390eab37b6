/** A process of bench:coverage: simulates the runs it is asked for on its standard input, and keeps each in a file of the folder. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { defaultEngine } from '@reprise/engine-sim/core'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { type Corpus, readCorpus, synthCorpus } from '@reprise/trace'
import { replayWindow, type SimulatedRun } from './replay-window.ts'

export interface CoverageTask {
  readonly lanes: number
  readonly minutes: number
  /** Of the cache of the engine. */
  readonly blocks: number
  readonly seed: number
}

/** Of a run, in the folder of all. */
export function runFile({ lanes, minutes, blocks, seed }: CoverageTask): string {
  return `${lanes}-lanes-${minutes}-min-${blocks}-blocks-seed-${seed}.json.gz`
}

if (import.meta.main) {
  const { traces, folder, tasks } = JSON.parse(await text(process.stdin)) as {
    traces?: string
    folder: string
    tasks: CoverageTask[]
  }
  const corpus = traces === undefined ? synthCorpus({ seed: 42, traces: 355 }) : (await readCorpus(traces)).corpus
  for (const task of tasks) {
    const part = join(folder, `${process.pid}.part`)
    writeFileSync(part, gzipSync(JSON.stringify(await simulate(corpus, task)), { level: 1 }))
    renameSync(part, join(folder, runFile(task)))
  }
}

async function simulate(corpus: Corpus, { lanes, minutes, blocks, seed }: CoverageTask): Promise<SimulatedRun> {
  const { scheduler, ...others } = defaultEngine()
  const engine = { ...others, scheduler: { ...scheduler, numBlocks: blocks } }
  const { plan: _, ...run } = await replayWindow(corpus, {
    ...{ lanes, minutes, seed, command: 'bench/coverage.ts' },
    model: engine.model,
    maxContextTokens: engine.scheduler.maxModelLen,
    targetOn: (clock) => new EngineTarget(clock, engine),
  })
  return run
}
