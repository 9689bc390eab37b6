import { readFileSync } from 'node:fs'

/** One request, as one seat saw it. Latencies are absent for replies of no token, or of one. */
export interface SeenRequest {
  readonly fromMs: number
  readonly ttftMs?: number
  readonly tpotMs?: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
}

interface Line {
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly outputTokens: number
  readonly cachedTokens: number
}
type RecordLine = Line & { id: string; sentMs: number; inputTokens: number; outcome: { kind: string } }
type ServedLine = Line & { id: string; receivedMs: number; promptTokens: number; aborted: boolean }

/** The requests of a run that ended well, by their names in the plan. */
export function readRecords(file: string): Map<string, SeenRequest> {
  const ended = readLines<RecordLine>(file).filter(({ outcome }) => outcome.kind === 'ok')
  return new Map(ended.map((line) => [line.id, seen(line, line.sentMs, line.inputTokens)]))
}

/**
 * The same requests as the server logged them, from the instant at which each began to come.
 *
 * A run does not tell the server its names. What has the same lengths is matched in the order of time; lengths that the server logged more
 * or fewer of are left out.
 */
export function readServed(file: string, client: ReadonlyMap<string, SeenRequest>): Map<string, SeenRequest> {
  const ended = readLines<ServedLine>(file).filter(({ aborted, id }) => !aborted && !id.startsWith('chatcmpl-trial.'))
  const served = ended.map((line) => seen(line, line.receivedMs, line.promptTokens))
  const ofLengths = Map.groupBy(served.toSorted(byTime), lengthsOf)
  const named = Map.groupBy(
    [...client].toSorted(([, one], [, other]) => byTime(one, other)),
    ([, request]) => lengthsOf(request),
  )
  return new Map(
    [...named].flatMap(([lengths, requests]) => {
      const found = ofLengths.get(lengths) ?? []
      return found.length === requests.length ? requests.map(([id], at) => [id, found[at]!] as const) : []
    }),
  )
}

function byTime(one: SeenRequest, other: SeenRequest): number {
  return one.fromMs - other.fromMs
}

function lengthsOf({ inputTokens, outputTokens }: SeenRequest): string {
  return `${inputTokens} ${outputTokens}`
}

function seen(line: Line, fromMs: number, inputTokens: number): SeenRequest {
  const { firstTokenMs, lastTokenMs, outputTokens, cachedTokens } = line
  return {
    ...{ fromMs, inputTokens, outputTokens, cachedTokens },
    ...(firstTokenMs !== undefined && { ttftMs: firstTokenMs - fromMs }),
    ...(firstTokenMs !== undefined &&
      lastTokenMs !== undefined &&
      outputTokens > 1 && { tpotMs: (lastTokenMs - firstTokenMs) / (outputTokens - 1) }),
  }
}

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}
