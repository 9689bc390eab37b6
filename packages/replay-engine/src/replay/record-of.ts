import type { ObservedReply, Outcome } from '@reprise/wire'
import type { PlannedRequest } from '../port/target.ts'
import type { RequestRecord } from '../record/request-record.ts'

/** The record of a request that has ended, or of one that was never sent. */
export function recordOf(ended: {
  readonly request: PlannedRequest
  /** The session's id in its trace. */
  readonly session: string
  readonly attempt: number
  readonly dueMs: number
  readonly targetMs?: number
  readonly idleCutMs?: number
  readonly doneMs: number
  readonly idealHitTokens: number
  readonly reply: ObservedReply
  readonly outcome: Outcome
  readonly tokensAtClose?: NonNullable<RequestRecord['tokensAtClose']>
}): RequestRecord {
  const { request, outcome } = ended
  return {
    id: request.id,
    lane: request.lane,
    play: request.play,
    trace: request.traceId,
    session: ended.session,
    turn: request.turn,
    attempt: ended.attempt,
    phase: request.phase,
    dueMs: ended.dueMs,
    ...(ended.targetMs !== undefined && { targetMs: ended.targetMs }),
    ...(ended.idleCutMs !== undefined && { idleCutMs: ended.idleCutMs }),
    ...ended.reply,
    ...(ended.tokensAtClose && { tokensAtClose: ended.tokensAtClose }),
    doneMs: ended.doneMs,
    plannedInputTokens: request.inputTokens,
    plannedOutputTokens: request.outputTokens,
    ...usageOf(outcome),
    idealHitTokens: ended.idealHitTokens,
    ...(outcome.kind === 'ok' && outcome.finishReason !== undefined && { finishReason: outcome.finishReason }),
    outcome: withoutUsage(outcome),
  }
}

function usageOf(
  outcome: Outcome,
): Pick<
  RequestRecord,
  'inputTokens' | 'outputTokens' | 'cachedTokens' | 'hostTokens' | 'diskTokens' | 'recomputedTokens' | 'ignoredUsage'
> {
  const usage = outcome.kind === 'ok' || outcome.kind === 'failed' ? outcome.usage : undefined
  if (!usage) return {}
  const { inputTokens, outputTokens, cachedTokens, hostTokens, diskTokens, recomputedTokens, ignored } = usage
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(hostTokens !== undefined && { hostTokens }),
    ...(diskTokens !== undefined && { diskTokens }),
    ...(recomputedTokens !== undefined && { recomputedTokens }),
    ...(ignored && { ignoredUsage: [...ignored] }),
  }
}

function withoutUsage(outcome: Outcome): RequestRecord['outcome'] {
  switch (outcome.kind) {
    case 'ok':
    case 'cancelled':
      return { kind: outcome.kind }
    case 'truncated':
      return { kind: 'truncated', ...statusOf(outcome), message: outcome.message }
    case 'failed':
      return { kind: 'failed', class: outcome.class, ...statusOf(outcome), message: outcome.message }
  }
}

function statusOf({ status }: { readonly status?: number }): { status?: number } {
  return status === undefined ? {} : { status }
}
