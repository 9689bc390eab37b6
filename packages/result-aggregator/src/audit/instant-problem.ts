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
  return missingInstant(record) ?? readProblem(record) ?? gapProblem(record) ?? closeProblem(record)
}

/** When the request left, or a connection was sought for it. */
export function begunMs({ connectStartMs, sentMs }: RequestRecord): number | undefined {
  return connectStartMs ?? sentMs
}

const inOrder = [
  'dueMs',
  'connectStartMs',
  'sentMs',
  'headersMs',
  'firstTokenMs',
  'firstAnswerMs',
  'lastTokenMs',
  'doneMs',
] as const
type Instant = (typeof inOrder)[number]

const words: Record<Instant, string> = {
  dueMs: 'it was due',
  connectStartMs: 'it was set about',
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

function readProblem(record: RequestRecord): string | undefined {
  const { firstTokenMs, secondReadMs, doneMs, chunks = 0, chunksInFirstRead = 0 } = record
  const isWithin = secondReadMs === undefined || (firstTokenMs !== undefined && secondReadMs >= firstTokenMs)
  if (!isWithin || (secondReadMs ?? 0) > doneMs + slackMs)
    return 'more of it came before its first token, or after its end'
  const { bytesInFirstRead = 0, payloadBytes = 0, reads = 0 } = record
  if (reads > chunks) return `${reads} reads brought ${chunks} chunks`
  const isPart = chunksInFirstRead <= chunks && bytesInFirstRead <= payloadBytes
  return isPart ? undefined : 'its first read holds more than the reply'
}

/** What had come when measuring ended came after the first token, of a reply that went on. */
function closeProblem(record: RequestRecord): string | undefined {
  const { tokensAtClose, firstTokenMs, doneMs, outputTokens } = record
  if (!tokensAtClose) return undefined
  const { atMs, tokens } = tokensAtClose
  if (firstTokenMs === undefined || atMs < firstTokenMs - slackMs || atMs > doneMs + slackMs)
    return 'tokens of it were counted before its first token, or after its end'
  return outputTokens !== undefined && tokens > outputTokens
    ? `${tokens} of its ${outputTokens} tokens had come when measuring ended`
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
