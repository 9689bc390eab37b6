import { parseEngineConfig } from '@reprise/engine-sim'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import {
  type PhaseSpan,
  type PlannedRequest,
  planDigest,
  planReplay,
  type RequestRecord,
  replay,
  type Target,
} from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { compareCapture } from '@reprise/result-aggregator'
import { planFacts, type RunFile } from '@reprise/result-aggregator/run'
import { type Corpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'

const none = { ok: 0, failed: 0, truncated: 0, cancelled: 0 }

/** A workload against the engine model, with whatever stands between them. */
async function simulated(
  corpus: Corpus,
  { engine = {}, between = (target: Target) => target }: { engine?: object; between?: (target: Target) => Target } = {},
) {
  const plan = planReplay(corpus, { seed: 1, preset: 'fixed-schedule' })
  const clock = new VirtualClock()
  const records: RequestRecord[] = []
  const phases: PhaseSpan[] = []
  const target = between(new EngineTarget(clock, parseEngineConfig(JSON.stringify(engine))))
  const { ended } = await clock.run(() =>
    replay({
      ...{ plan, corpus, clock, target },
      onRecord: (record) => records.push(record),
      onPhase: (span) => phases.push(span),
    }),
  )
  const run: RunFile = {
    schema: 'run/1',
    identity: { model: 'reprise-sim' },
    target: { kind: 'in-process', simulated: true, clock: 'virtual' },
    corpus: { origin: 'synthetic' },
    plan: planFacts(plan, planDigest(plan)),
    ...{ command: 'reprise simulate', toolVersion: '0', replaySemantics: '1' },
    ended: { reason: ended, records: { warmup: none, profiling: none, drain: none } },
  }
  return compareCapture({ corpus, name: 'traces' }, { name: 'run', run, plan, phases, records })
}

function deviating({ checks }: Awaited<ReturnType<typeof simulated>>): string[] {
  return checks.filter(({ verdict }) => verdict === 'deviates').map(({ name }) => name)
}

const corpusOf = (seed: number) => synthCorpus({ seed, traces: 6, scale: 0.03, turnScale: 0.15, subagentShare: 0.5 })

test('the engine model is silent: twelve workloads, each as it was captured', async () => {
  const found = []
  for (let seed = 1; seed <= 12; seed += 1) found.push(await simulated(corpusOf(seed)))
  expect(found.map(({ verdict }) => verdict)).toEqual(found.map(() => 'faithful'))
})

test('an engine that keeps no cache is named by the reuse that was lost', async () => {
  const found = await simulated(corpusOf(3), { engine: { scheduler: { enablePrefixCaching: false } } })
  expect(deviating(found)).toEqual(['measured-reuse'])
})

test('an engine that ends a reply early is named by the reply', async () => {
  const short = (request: PlannedRequest) => request.sessionIndex === 0 && request.turn === 1
  const found = await simulated(corpusOf(3), {
    between: (target) => ({
      send: async (request, observer, signal) => {
        const outcome = await target.send(request, observer, signal)
        if (!short(request) || outcome.kind !== 'ok' || !outcome.usage) return outcome
        return { ...outcome, usage: { ...outcome.usage, outputTokens: 1 } }
      },
    }),
  })
  expect(deviating(found)).toEqual(['output-tokens'])
  const { named } = found.checks.find(({ name }) => name === 'output-tokens')!
  expect(named.every(({ name }) => / turn 1 \(captured \d+, replayed 1\)$/.test(name))).toBe(true)
})
