import type { LoadOverrides, RequestRecord } from '@reprise/replay-engine'
import type { ScriptedReply } from '@reprise/replay-engine/stand-ins'
import { type Corpus, synthCorpus } from '@reprise/trace'
import type { RunHeader } from '../result/run-header.ts'
import { playRun } from '../testing/played-run.fixture.ts'
import { factsOf, runHeader } from '../testing/run.fixture.ts'
import type { ReplayedRun } from './replayed-run.ts'

export const recordedModel = 'acme/model-7b'

/** Recorded sessions, half of them with subagents. */
export function recordedCorpus(seed = 5): Corpus {
  const corpus = synthCorpus({ seed, traces: 8, scale: 0.05, turnScale: 0.2, subagentShare: 0.5, blockSize: 16 })
  const traces = corpus.traces.map((trace) => ({
    ...trace,
    sessions: trace.sessions.map((session) => ({
      ...session,
      turns: session.turns.map((turn) => ({ ...turn, model: recordedModel })),
    })),
  }))
  return { ...corpus, traces }
}

export interface FaithfulOptions {
  readonly overrides?: LoadOverrides
  /** Requests that the server fails. */
  readonly fails?: (place: { readonly sessionIndex: number; readonly turn: number; readonly lane: number }) => boolean
  /** Of recorded times of service. */
  readonly slowness?: number
  readonly target?: Partial<RunHeader['target']>
  readonly model?: string
}

/** A replay at recorded times on a server that takes as long as the recorded one did, tells its usage and never forgets. */
export async function faithfulRun(
  corpus: Corpus,
  { overrides = {}, fails = () => false, slowness = 1, target = {}, model = recordedModel }: FaithfulOptions = {},
): Promise<ReplayedRun> {
  const { plan, phases, records, ended } = await playRun({
    corpus,
    preset: 'fixed-schedule',
    size: {},
    overrides,
    script: ({ traceIndex, sessionIndex, turn, outputTokens, lane }): ScriptedReply => {
      const { apiMs = 100, ttftMs = 20 } = corpus.traces[traceIndex]!.sessions[sessionIndex]!.turns[turn]!
      const firstTokenMs = slowness * Math.min(ttftMs, apiMs)
      if (fails({ sessionIndex, turn, lane }))
        return { firstTokenMs, outcome: { kind: 'failed', class: 'server-error', status: 500, message: 'no' } }
      return { firstTokenMs, tokenMs: outputTokens > 1 ? (slowness * apiMs - firstTokenMs) / (outputTokens - 1) : 0 }
    },
  })
  const header = runHeader(plan.load, {
    identity: { model },
    plan: factsOf(plan),
    target: { kind: 'http', url: 'http://127.0.0.1:8000', simulated: false, clock: 'wall', ...target },
  })
  return { name: 'runs/one', plan, phases, run: { ...header, ...(ended && { ended }) }, records: records.map(warm) }
}

/** The server held what an infinite cache would have. */
function warm(record: RequestRecord): RequestRecord {
  return record.outcome.kind === 'ok' ? { ...record, cachedTokens: record.idealHitTokens } : record
}
