import type { PlannedTurn, RequestRecord } from '@reprise/replay-engine'

/** No model's context holds so many tokens. A server that says more than it was asked for is judged by the rules of a verdict. */
const mostTokens = 10_000_000
/** Where a plan asks for that many: how far beyond it a server may report. */
const mostTimes = 100

/** What is wrong with a record's tokens: what was planned is what stands in the plan, and no count is beyond all measure. */
export function tokenProblem(record: RequestRecord, planned: PlannedTurn): string | undefined {
  const { plannedInputTokens, plannedOutputTokens, inputTokens, outputTokens, cachedTokens, idealHitTokens, chunks } =
    record
  if (plannedInputTokens !== planned.inputTokens)
    return `its record says that ${plannedInputTokens} prompt tokens were planned, and the plan ${planned.inputTokens}`
  if (plannedOutputTokens !== planned.outputTokens)
    return `its record says that ${plannedOutputTokens} output tokens were planned, and the plan ${planned.outputTokens}`
  if (idealHitTokens > plannedInputTokens) return 'more of its prompt could be reused than it has'
  return (
    beyond('prompt', inputTokens, plannedInputTokens) ??
    beyond('cached', cachedTokens, plannedInputTokens) ??
    beyond('output', outputTokens, plannedOutputTokens) ??
    // Where the server reports no tokens, they stand in for them.
    beyond('chunk', chunks, plannedOutputTokens)
  )
}

function beyond(kind: string, reported: number | undefined, planned: number): string | undefined {
  if (reported === undefined || reported <= Math.max(mostTokens, mostTimes * planned)) return undefined
  if (kind === 'chunk') return `${reported} chunks came where ${planned} tokens were planned`
  return `${reported} ${kind} tokens are reported where ${planned} were planned, more than any server can have seen`
}
