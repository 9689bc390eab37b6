import type { Corpus, SubagentTimeBasis, Trace } from '../../corpus.ts'
import { decideSubagentTimes } from './decide-subagent-times.ts'
import { parseWekaTrace } from './parse.ts'
import { renderWekaTrace } from './render.ts'

const bases = ['completion-relative', 'start-relative', 'start-absolute'] as const

/**
 * The way to write subagent times in which a reader that is told nothing reads them again; undefined where the figures of so few or short
 * subagents allow another reading, whichever way they are written.
 */
export function readableBasis(traces: readonly Trace[]): SubagentTimeBasis | undefined {
  const withSubagents = traces.filter(({ sessions }) => sessions.length > 1).map(withoutBlocks)
  return bases.find((subagentTimes) => {
    const origin = { format: 'weka', subagentTimes } as const
    const corpus: Pick<Corpus, 'blockSize' | 'blockScope' | 'origin'> = { blockSize: 1, blockScope: 'local', origin }
    const recorded = withSubagents.map((trace) =>
      parseWekaTrace(JSON.parse(renderWekaTrace(trace, corpus)), { globalNumbers: new Map(), ...silent }),
    )
    const { basis, contrary } = decideSubagentTimes(recorded)
    return basis === subagentTimes && contrary.length === 0
  })
}

const silent = { unknownField: () => {}, warn: () => {} }

/** Times do not depend on them, and they make up nearly all of a trace. */
function withoutBlocks(trace: Trace): Trace {
  const sessions = trace.sessions.map((session) => ({
    ...session,
    turns: session.turns.map((turn) => ({ ...turn, sharedBlocks: 0, ownBlocks: new Uint32Array(0) })),
  }))
  return { ...trace, sessions }
}
