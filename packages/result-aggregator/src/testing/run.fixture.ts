import {
  type LanesLoad,
  type Load,
  type Plan,
  type PlannedTurn,
  planDigest,
  type RequestRecord,
} from '@reprise/replay-engine'
import type { ClientHealth } from '../result/client-health.ts'
import { planFacts, type RunHeader } from '../result/run-header.ts'

/** A request of the profiling phase that ended well: sent at 1,000, eleven tokens from 1,100 to 1,600, 50 ms apart. */
export function okRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: '0.0.0.0',
    lane: 0,
    play: 0,
    trace: 'trace_a',
    session: 'root',
    turn: 0,
    attempt: 1,
    phase: 'profiling',
    dueMs: 990,
    sentMs: 1000,
    firstTokenMs: 1100,
    firstAnswerMs: 1100,
    lastTokenMs: 1600,
    doneMs: 1610,
    tokensInFirstChunk: 1,
    chunks: 11,
    plannedInputTokens: 1000,
    plannedOutputTokens: 11,
    inputTokens: 1000,
    outputTokens: 11,
    cachedTokens: 640,
    idealHitTokens: 704,
    finishReason: 'length',
    outcome: { kind: 'ok' },
    ...changes,
  }
}

/** A request that ended well, with usage, and whose reply showed nothing. */
export function silentRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  const {
    firstTokenMs: _,
    firstAnswerMs: __,
    lastTokenMs: ___,
    chunks: ____,
    tokensInFirstChunk: _____,
    ...silent
  } = okRecord()
  return { ...silent, ...changes }
}

/** A record without what only a reply brings. */
export function unansweredRecord(
  outcome: RequestRecord['outcome'],
  changes: Partial<RequestRecord> = {},
): RequestRecord {
  const { id, lane, play, trace, session, turn, attempt, phase, dueMs, sentMs, doneMs } = okRecord()
  const { plannedInputTokens, plannedOutputTokens, idealHitTokens } = okRecord()
  const request = { id, lane, play, trace, session, turn, attempt, phase, dueMs, sentMs: sentMs!, doneMs }
  return { ...request, plannedInputTokens, plannedOutputTokens, idealHitTokens, outcome, ...changes }
}

export function lanesLoad(changes: Partial<LanesLoad> = {}): LanesLoad {
  return {
    kind: 'lanes',
    lanes: 4,
    start: { min: 0, max: 0.7 },
    timeScale: 1,
    thinkCapMs: 60_000,
    warmup: { kind: 'full-prefill' },
    quiesceMs: 5000,
    staggerMs: 50,
    until: { kind: 'window', durationMs: 1_800_000 },
    drainMs: 60_000,
    ...changes,
  }
}

/** A plan of one trace, which all lanes play from its beginning: turns one after the other, or all `beside` each other. */
export function onePlan(
  load: LanesLoad = lanesLoad(),
  { turns = 3, beside = false }: { turns?: number; beside?: boolean } = {},
): Plan {
  const turnAt = (_: unknown, turn: number): PlannedTurn => {
    const needs = [{ session: 0, turn: turn - 1, trigger: 'completion', delayMs: 0, relation: 'sequence' } as const]
    return { inputTokens: 1000, outputTokens: 11, needs: turn > 0 && !beside ? needs : [] }
  }
  const sessions = [{ id: 'root', turns: Array.from({ length: turns }, turnAt) }]
  return {
    schema: 'plan/1',
    corpusDigest: 'corpus-digest',
    seed: 42,
    blockSize: 64,
    blockScope: 'local',
    preset: { name: 'agentx-v0.1', changed: [] },
    load: { ...load, start: { min: 0, max: 0 } },
    leftOut: [],
    trees: [{ traceId: 'trace_a', trace: 0, sessions }],
    firstPlays: [],
  }
}

/** What the header of a run quotes of its plan. */
export function factsOf(plan: Plan): RunHeader['plan'] {
  return planFacts(plan, planDigest(plan))
}

/** A run that nothing can be held against: a real endpoint, a recorded corpus, the preset untouched, half an hour. */
export function runHeader(load: Load = lanesLoad(), changes: Partial<RunHeader> = {}): RunHeader {
  return {
    schema: 'run/1',
    identity: { model: 'acme/model-7b' },
    target: { kind: 'http', url: 'http://127.0.0.1:8000', simulated: false, clock: 'wall' },
    corpus: { origin: 'recorded' },
    plan: {
      digest: 'plan-digest',
      corpusDigest: 'corpus-digest',
      seed: 42,
      preset: { name: 'agentx-v0.1', changed: [] },
      load,
      leftOut: [],
    },
    command: 'reprise replay --url http://127.0.0.1:8000 --seed 42',
    toolVersion: '0.1.0',
    replaySemantics: '1',
    ...changes,
  }
}

/** A measuring process that kept up with everything. */
export const calmClient: ClientHealth = { eventLoopDelayMs: { p50: 0.2, p99: 3 }, maxRssMiB: 120 }
