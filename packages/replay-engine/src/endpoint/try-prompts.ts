import type { Corpus, Session } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'
import { ReplyObservation } from '@reprise/wire'
import { WallClock } from '../clock/wall-clock.ts'
import type { PlannedRequest } from '../port/target.ts'
import { type HttpOptions, HttpTarget } from './http-target.ts'

/** What became of a few prompts that were sent as those of a run are. */
export interface PromptTrial {
  readonly asked: number
  /** As long for the server as they were made to be. */
  readonly exact: number
  /** Answered without a count of their tokens. */
  readonly uncounted: number
  readonly failed: number
  /** Of those that are not as long, the one that is furthest off. */
  readonly furthest?: { readonly planned: number; readonly counted: number }
  /** How fast a prompt is read and a reply written, by one prompt of nothing known; absent where the server did not show it. */
  readonly pace?: { readonly inputTokensPerS: number; readonly msPerOutputToken?: number }
}

const BLOCK = 64
/** A conversation that grows, and one prompt that shares nothing with it, beyond what the chat template adds. */
const CONVERSATION = [136, 300, 532, 789]
const FRESH = 1_023
/** Enough to see a pace by. */
const FRESH_OUTPUT = 16

/**
 * Sends five prompts of up to about a thousand tokens, made as those of a run are, and compares what the server counts with what they were
 * made to be: where none is as long, no request of a run would be. The first that fails is the last. Nothing in them is like anything that was or will be sent;
 * their ids (`X-Request-Id`) begin with `trial`.
 *
 * @param leastTokens shortest prompt that can be exact; `mostTokens`: longest prompt and reply that the model takes.
 */
export async function tryPrompts(
  options: HttpOptions & { readonly systemRole?: boolean },
  {
    leastTokens,
    mostTokens = Number.POSITIVE_INFINITY,
    signal,
  }: { readonly leastTokens: number; readonly mostTokens?: number | undefined; readonly signal: AbortSignal },
): Promise<PromptTrial> {
  const clock = new WallClock()
  const conversation = sessionOf(CONVERSATION.map((tokens) => tokens + leastTokens))
  const corpus = corpusOf([conversation, sessionOf([FRESH + leastTokens])])
  const target = new HttpTarget({ ...options, nameRequests: true, clock, corpus })
  const scope = crypto.randomUUID()
  const counts = { asked: 0, exact: 0, uncounted: 0, failed: 0 }
  let furthest: PromptTrial['furthest']
  let pace: PromptTrial['pace']
  try {
    for (const request of requestsOf(corpus, scope)) {
      const { inputTokens, outputTokens } = request
      if (inputTokens + outputTokens > mostTokens || signal.aborted) continue
      const observation = new ReplyObservation({ keepChunkGaps: false })
      const outcome = await target.send(request, observation, signal)
      counts.asked += 1
      const counted = outcome.kind === 'ok' ? outcome.usage?.inputTokens : undefined
      if (outcome.kind !== 'ok') counts.failed += 1
      // Whatever keeps this one from being answered may keep the next as long.
      if (outcome.kind !== 'ok') break
      if (counted === undefined) counts.uncounted += 1
      else if (counted === inputTokens) counts.exact += 1
      else if (!furthest || Math.abs(counted - inputTokens) > Math.abs(furthest.counted - furthest.planned))
        furthest = { planned: inputTokens, counted }
      if (outcome.kind === 'ok' && outputTokens === FRESH_OUTPUT) pace = paceOf(request, observation.reply())
    }
  } finally {
    await target.close()
  }
  return { ...counts, ...(furthest && { furthest }), ...(pace && { pace }) }
}

function paceOf(
  { inputTokens, outputTokens }: PlannedRequest,
  { sentMs, firstTokenMs, lastTokenMs }: ReturnType<ReplyObservation['reply']>,
): PromptTrial['pace'] {
  if (sentMs === undefined || firstTokenMs === undefined || !(firstTokenMs > sentMs)) return undefined
  const writingMs = (lastTokenMs ?? firstTokenMs) - firstTokenMs
  return {
    inputTokensPerS: inputTokens / ((firstTokenMs - sentMs) / 1_000),
    ...(writingMs > 0 && { msPerOutputToken: writingMs / (outputTokens - 1) }),
  }
}

function sessionOf(lengths: readonly number[]): Session {
  const kinds = { model: 'any', inputKinds: ['text'], outputKinds: ['text'], needs: [], startMs: 0 }
  let before = 0
  const turns = lengths.map((inputTokens) => {
    const blocks = Math.floor(inputTokens / BLOCK)
    const ownBlocks = Uint32Array.from({ length: blocks - before }, (_, i) => before + i + 1)
    const turn = { inputTokens, outputTokens: 40, sharedBlocks: before, ownBlocks, ...kinds }
    before = blocks
    return turn
  })
  return { id: 'root', toolTokens: 0, systemTokens: BLOCK, turns }
}

function corpusOf(sessions: readonly Session[]): Corpus {
  return {
    schema: 'corpus/1',
    digest: 'trial',
    blockSize: BLOCK,
    blockScope: 'local',
    origin: { format: 'weka', subagentTimes: 'none' },
    traces: sessions.map((session, i) => ({ id: `trial-${i}`, models: ['any'], sessions: [session] })),
  }
}

function* requestsOf({ traces }: Corpus, scope: string): Generator<PlannedRequest> {
  for (const [traceIndex, { id: traceId, sessions }] of traces.entries()) {
    const session = sessions[0]!
    for (const [turn, { inputTokens }] of session.turns.entries()) {
      const blocks = blocksOf(session, turn)
      const tailTokens = inputTokens - blocks.length * BLOCK
      yield {
        ...{
          id: `trial.${traceIndex}.${turn}`,
          phase: 'warmup',
          lane: 0,
          play: 0,
          traceId,
          traceIndex,
          sessionIndex: 0,
        },
        ...{ turn, inputTokens, outputTokens: traceIndex === 0 ? 1 : FRESH_OUTPUT },
        prompt: {
          ...{ seed: 0, scope: `${scope}/${traceId}`, blockSize: BLOCK, blocks, tailTokens },
          tailKey: String(turn),
        },
      }
    }
  }
}
