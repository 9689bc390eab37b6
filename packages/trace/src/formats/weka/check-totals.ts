import type { RecordedSession } from './recorded-trace.ts'
import { turnsOf } from './recorded-trace.ts'
import type { WekaTotals } from './weka-schema.ts'

interface Sum {
  input: number
  output: number
}

/** Warns for every figure of `totals` that the requests do not add up to. */
export function checkTotals(totals: WekaTotals, root: RecordedSession, warn: (message: string) => void): void {
  const parent = ownTokens(root)
  const children = subagentsOf(root)
  const subagents = children.map(ownTokens).reduce(plus, { input: 0, output: 0 })
  compare('subagent_count', totals.subagent_count, children.length)
  compareSum('parent_tokens', totals.parent_tokens, parent)
  compareSum('subagent_tokens', totals.subagent_tokens, subagents)
  compareSum('combined_tokens', totals.combined_tokens, plus(parent, subagents))

  function compareSum(name: string, stated: WekaTotals['parent_tokens'], counted: Sum): void {
    compare(`${name}.input`, stated?.input, counted.input)
    compare(`${name}.output`, stated?.output, counted.output)
  }

  function compare(name: string, stated: number | null | undefined, counted: number): void {
    if (stated == null || stated === counted) return
    warn(`totals.${name} says ${stated}, the requests add up to ${counted}; the requests are used`)
  }
}

function ownTokens(session: RecordedSession): Sum {
  return turnsOf(session).reduce((sum, turn) => plus(sum, { input: turn.inputTokens, output: turn.outputTokens }), {
    input: 0,
    output: 0,
  })
}

function subagentsOf(session: RecordedSession): RecordedSession[] {
  return session.entries.flatMap((entry) =>
    entry.kind === 'subagent' ? [entry.subagent.session, ...subagentsOf(entry.subagent.session)] : [],
  )
}

function plus(a: Sum, b: Sum): Sum {
  return { input: a.input + b.input, output: a.output + b.output }
}
