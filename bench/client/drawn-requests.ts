import type { PlannedRequest } from '@reprise/replay-engine'
import type { Corpus } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'

/** Turns drawn from all of a corpus, always the same ones, each of a cache identity of its own. */
export function drawnRequests({ traces, blockSize }: Corpus, count: number): PlannedRequest[] {
  const random = dice(1)
  const turns = traces.flatMap((trace, index) =>
    trace.sessions.flatMap((session, at) => session.turns.map((_, turn) => ({ trace: index, session: at, turn }))),
  )
  return Array.from({ length: count }, (_, i) => {
    const { trace, session, turn } = turns[Math.floor(random() * turns.length)]!
    const { inputTokens } = traces[trace]!.sessions[session]!.turns[turn]!
    const all = blocksOf(traces[trace]!.sessions[session]!, turn)
    const blocks = all.subarray(0, Math.min(all.length, Math.floor(inputTokens / blockSize)))
    const tailTokens = inputTokens - blocks.length * blockSize
    return {
      id: `${i}.0.${session}.${turn}`,
      phase: 'profiling',
      lane: i,
      play: 0,
      traceId: traces[trace]!.id,
      traceIndex: trace,
      sessionIndex: session,
      turn,
      inputTokens,
      outputTokens: 8,
      prompt: { seed: 1, scope: `request ${i}`, blockSize, blocks, tailTokens, tailKey: `${session}.${turn}` },
    }
  })
}

/** Numbers from 0 (inclusive) to 1 (exclusive), always the same ones. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
