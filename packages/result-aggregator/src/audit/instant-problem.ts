import type { RequestRecord } from '@reprise/replay-engine'

/** Instants go through sums on their way, and lose a last digit there. */
export const slackMs = 0.001
/** The rounding of many gaps may add up to more. */
const gapSlackMs = 0.5

/**
 * What is wrong with the order of a record's instants: each comes no earlier than the one before it, and chunks add up to the reply.
 * `undefined` where nothing is.
 */
export function instantProblem(record: RequestRecord): string | undefined {
  if (record.dueMs < 0) return `due ${-record.dueMs} ms before the run began`
  let before: { name: Instant; ms: number } | undefined
  for (const name of inOrder) {
    const ms = record[name]
    if (ms === undefined) continue
    if (before && ms < before.ms - slackMs) return `${words[name]} ${before.ms - ms} ms before ${words[before.name]}`
    before = { name, ms }
  }
  return missingInstant(record) ?? gapProblem(record)
}

const inOrder = ['dueMs', 'sentMs', 'headersMs', 'firstTokenMs', 'firstAnswerMs', 'lastTokenMs', 'doneMs'] as const
type Instant = (typeof inOrder)[number]

const words: Record<Instant, string> = {
  dueMs: 'it was due',
  sentMs: 'it was sent',
  headersMs: 'its headers came',
  firstTokenMs: 'its first token came',
  firstAnswerMs: 'its answer began',
  lastTokenMs: 'its last token came',
  doneMs: 'it was done',
}

function missingInstant({ sentMs, firstTokenMs, lastTokenMs, chunks, outcome }: RequestRecord): string | undefined {
  if (sentMs === undefined && (outcome.kind === 'ok' || firstTokenMs !== undefined))
    return 'it was answered, and never sent'
  const parts = [firstTokenMs, lastTokenMs, chunks].filter((part) => part !== undefined)
  return parts.length === 1 || parts.length === 2
    ? 'its first token, last token and chunks do not all stand there'
    : undefined
}

function gapProblem({ chunkGapsMs, chunks, firstTokenMs, lastTokenMs }: RequestRecord): string | undefined {
  if (!chunkGapsMs || firstTokenMs === undefined || lastTokenMs === undefined) return undefined
  if (chunkGapsMs.length + 1 !== chunks) return `it has ${chunks} chunks and ${chunkGapsMs.length} gaps between them`
  if (chunkGapsMs.some((gapMs) => gapMs < -slackMs)) return 'a chunk came before the one before it'
  const sumMs = chunkGapsMs.reduce((sum, gapMs) => sum + gapMs, 0)
  const offMs = Math.abs(sumMs - (lastTokenMs - firstTokenMs))
  return offMs > gapSlackMs ? `its chunks end ${offMs} ms apart from its last token` : undefined
}
