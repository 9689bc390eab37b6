import type { Corpus, Trace } from '../corpus.ts'

/** A file has one space of ids, so those that mean something inside a trace only are numbered over all traces. */
export function idsOver({ blockScope, traces }: Corpus): {
  idOf(trace: Trace, block: number): number
  freshId(): number
} {
  let next = 0
  if (blockScope === 'global') {
    for (const id of allIds(traces)) next = Math.max(next, id + 1)
    return { idOf: (_, block) => block, freshId: () => next++ }
  }
  const byTrace = new Map<Trace, Map<number, number>>()
  const idOf = (trace: Trace, block: number): number => {
    const numbers = byTrace.get(trace) ?? new Map<number, number>()
    byTrace.set(trace, numbers)
    const known = numbers.get(block)
    if (known !== undefined) return known
    numbers.set(block, next)
    return next++
  }
  return { idOf, freshId: () => next++ }
}

function* allIds(traces: readonly Trace[]): Generator<number> {
  for (const { sessions } of traces) {
    for (const { turns } of sessions) {
      for (const { ownBlocks, partialBlock } of turns) {
        yield* ownBlocks
        if (partialBlock !== undefined) yield partialBlock
      }
    }
  }
}
