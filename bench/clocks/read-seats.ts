import { readFileSync } from 'node:fs'

/** One request, as one seat saw it, by its name in the plan. */
export interface SeenRequest {
  readonly ttftMs: number
  /** Absent for a reply of one token. */
  readonly tpotMs?: number
  readonly inputTokens: number
  readonly cachedTokens: number
}

interface Instants {
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly outputTokens: number
}

/** The measured requests of a run that ended well. */
export function readRecords(file: string): Map<string, SeenRequest> {
  const records = readLines<
    Instants & {
      id: string
      sentMs: number
      phase: string
      outcome: { kind: string }
      inputTokens: number
      cachedTokens: number
    }
  >(file)
  return new Map(
    records
      .filter(({ phase, outcome }) => phase === 'profiling' && outcome.kind === 'ok')
      .map((record) => [record.id, seen(record, record.sentMs, record)]),
  )
}

/** What the server logged, from the instant at which a request began to come. Others than a run's own, as probes, are among them. */
export function readServed(file: string): Map<string, SeenRequest> {
  const entries = readLines<
    Instants & { id: string; receivedMs: number; aborted: boolean; promptTokens: number; cachedTokens: number }
  >(file)
  return new Map(
    entries
      .filter(({ aborted }) => !aborted)
      .map((entry) => [
        entry.id.replace(/^(chatcmpl|cmpl)-/, ''),
        seen(entry, entry.receivedMs, { inputTokens: entry.promptTokens, cachedTokens: entry.cachedTokens }),
      ]),
  )
}

function seen(
  { firstTokenMs = Number.NaN, lastTokenMs = Number.NaN, outputTokens }: Instants,
  fromMs: number,
  { inputTokens, cachedTokens }: Pick<SeenRequest, 'inputTokens' | 'cachedTokens'>,
): SeenRequest {
  const tpotMs = (lastTokenMs - firstTokenMs) / (outputTokens - 1)
  return { ttftMs: firstTokenMs - fromMs, ...(outputTokens > 1 && { tpotMs }), inputTokens, cachedTokens }
}

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}
