import type { Corpus, Session, Trace } from '../corpus.ts'
import { idCountOf } from '../id-count-of.ts'
import { roundMs } from '../milliseconds.ts'
import { type QuantityName, quantityNames } from './quantities.ts'

/** The values of each quantity, rising. Those that a corpus does not record are empty. */
export type CorpusSamples = Readonly<Record<QuantityName, Float64Array>>

/** Every value of every quantity of a corpus, whatever the order of its traces. */
export function corpusSamples({ traces, blockSize }: Corpus): CorpusSamples {
  const found = Object.fromEntries(quantityNames.map((name) => [name, [] as number[]])) as Lists
  for (const trace of traces) {
    const root = trace.sessions[0]!
    addRoot(root, blockSize, found)
    addTrace(trace, found)
    for (const session of trace.sessions.slice(1)) {
      found.subagentTurns.push(session.turns.length)
      for (const { inputTokens, outputTokens } of session.turns) {
        found.subagentInputTokens.push(inputTokens)
        found.subagentOutputTokens.push(outputTokens)
      }
    }
  }
  return Object.fromEntries(
    quantityNames.map((name) => [name, Float64Array.from(found[name]).sort()]),
  ) as unknown as CorpusSamples
}

type Lists = Record<QuantityName, number[]>

function addRoot(root: Session, blockSize: number, found: Lists): void {
  found.turns.push(root.turns.length)
  const rate = ownHitRate(root)
  if (rate !== undefined) found.hitRate.push(rate)
  for (const [index, turn] of root.turns.entries()) {
    found.inputTokens.push(turn.inputTokens)
    found.outputTokens.push(turn.outputTokens)
    if (turn.apiMs !== undefined) found.serviceMs.push(turn.apiMs)
    if (turn.ttftMs !== undefined) found.firstTokenMs.push(turn.ttftMs)
    const before = root.turns[index - 1]
    if (!before) continue
    const gap = turn.needs.find(({ relation, trigger }) => relation === 'sequence' && trigger === 'completion')
    if (gap) found.thinkMs.push(gap.delayMs)
    found.growthTokens.push(turn.inputTokens - before.inputTokens)
    found.freshTokens.push(Math.max(0, turn.inputTokens - turn.sharedBlocks * blockSize))
  }
}

function addTrace({ sessions }: Trace, found: Lists): void {
  const spans = sessions.flatMap(({ turns }) =>
    turns.map(({ startMs, apiMs }) => ({ startMs, endMs: startMs + (apiMs ?? 0), isTimed: apiMs !== undefined })),
  )
  const last = spans.reduce((latest, { endMs }) => Math.max(latest, endMs), 0)
  const first = spans.reduce((earliest, { startMs }) => Math.min(earliest, startMs), last)
  // Without server times nobody knows when the last reply came, nor what was on beside what.
  if (spans.some(({ isTimed }) => isTimed)) {
    found.durationMs.push(roundMs(last - first))
    found.parallelism.push(mostAtOnce(spans))
  }
  if (sessions.length === 1) return
  found.subagents.push(sessions.length - 1)
  const depths: number[] = []
  for (const { parent } of sessions) depths.push(parent === undefined ? 0 : depths[parent]! + 1)
  found.depth.push(depths.reduce((most, depth) => Math.max(most, depth), 0))
}

/** Of what ends when another begins, the end comes first. */
function mostAtOnce(spans: readonly { startMs: number; endMs: number }[]): number {
  const starts = spans.map(({ startMs }) => startMs).sort((a, b) => a - b)
  const ends = spans.map(({ startMs, endMs }) => Math.max(endMs, startMs)).sort((a, b) => a - b)
  let [ended, most] = [0, 0]
  for (const [index, startMs] of starts.entries()) {
    while (ended < index && ends[ended]! <= startMs) ended += 1
    most = Math.max(most, index + 1 - ended)
  }
  return most
}

/** The whole list of a prompt counts, and an id is new once. */
function ownHitRate(session: Session): number | undefined {
  const seen = new Set<number>()
  let blocks = 0
  for (const [index, { ownBlocks, partialBlock }] of session.turns.entries()) {
    blocks += idCountOf(session, index)
    for (const id of ownBlocks) seen.add(id)
    if (partialBlock !== undefined) seen.add(partialBlock)
  }
  return blocks === 0 ? undefined : (blocks - seen.size) / blocks
}
