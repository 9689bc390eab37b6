import {
  type PhaseSpan,
  type Plan,
  planReplay,
  planTextDigest,
  type RequestRecord,
  type RunEnd,
  renderPlan,
  replay,
  type Target,
} from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { planFacts, type RunHeader } from '@reprise/result-aggregator/run'
import type { Corpus } from '@reprise/trace'

/** Everything that a run is measured from, so that it can be measured again in another way. */
export interface SimulatedRun {
  readonly header: RunHeader
  readonly phases: readonly PhaseSpan[]
  readonly records: readonly RequestRecord[]
  readonly ended: RunEnd
}

interface Window {
  readonly lanes: number
  readonly minutes: number
  readonly seed: number
  /** Longest context of the target. */
  readonly maxContextTokens: number
  /** The model that answers, and the bench that asks. */
  readonly model: string
  readonly command: string
  readonly targetOn: (clock: VirtualClock) => Target
}

/** Replays a corpus for a window on virtual time, and keeps what a run folder would hold. */
export async function replayWindow(
  corpus: Corpus,
  { lanes, minutes, seed, maxContextTokens, model, command, targetOn }: Window,
): Promise<SimulatedRun & { readonly plan: Plan }> {
  const until = { kind: 'window', durationMs: minutes * 60_000 } as const
  const plan = planReplay(corpus, { seed, lanes, overrides: { until, maxContextTokens } })
  const clock = new VirtualClock()
  const target = targetOn(clock)
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
    identity: { model },
    target: { kind: 'in-process', simulated: true, clock: 'virtual' },
    corpus: { origin: 'recorded' },
    plan: planFacts(plan, planTextDigest(renderPlan(plan))),
    command,
    toolVersion: '0',
    replaySemantics: '1',
  }
  return { header, phases, records, ended, plan }
}
