/** A process of bench:coverage: simulates the runs it is asked for on its standard input, and keeps each in a file of the folder. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { EngineTarget } from '@reprise/engine-sim'
import { defaultEngine } from '@reprise/engine-sim/core'
import {
  type PhaseSpan,
  planReplay,
  planTextDigest,
  type RequestRecord,
  type RunEnd,
  renderPlan,
  replay,
  VirtualClock,
} from '@reprise/replay-engine'
import { planFacts, type RunHeader } from '@reprise/result-aggregator'
import { type Corpus, readCorpus, synthCorpus } from '@reprise/trace'

export interface CoverageTask {
  readonly lanes: number
  readonly minutes: number
  /** Of the cache of the engine. */
  readonly blocks: number
  readonly seed: number
}

/** Everything that a run is measured from, so that its intervals can be computed again in another way. */
export interface SimulatedRun {
  readonly header: RunHeader
  readonly phases: readonly PhaseSpan[]
  readonly records: readonly RequestRecord[]
  readonly ended: RunEnd
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
  const plan = planReplay(corpus, {
    seed,
    lanes,
    overrides: {
      until: { kind: 'window', durationMs: minutes * 60_000 },
      ...(engine.scheduler.maxModelLen !== undefined && { maxContextTokens: engine.scheduler.maxModelLen }),
    },
  })
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, engine)
  const records: RequestRecord[] = []
  const phases: PhaseSpan[] = []
  const { ended } = await clock.run(() =>
    replay({
      ...{ plan, corpus, clock, target },
      onRecord: (record) => records.push(record),
      onPhase: (span) => {
        const at = phases.findIndex(({ phase }) => phase === span.phase)
        if (at < 0) phases.push(span)
        else phases[at] = span
      },
    }),
  )
  const header: RunHeader = {
    schema: 'run/1',
    identity: { model: engine.model },
    target: { kind: 'in-process', simulated: true, clock: 'virtual' },
    corpus: { origin: 'recorded' },
    plan: planFacts(plan, planTextDigest(renderPlan(plan))),
    command: 'bench/coverage.ts',
    toolVersion: '0',
    replaySemantics: '1',
  }
  return { header, phases, records, ended }
}
