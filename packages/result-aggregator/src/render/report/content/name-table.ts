import type { PlannedTree } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import type { SessionName } from '../client/report-data.ts'
import type { ReportRequest } from './report-run.ts'

/** Gives each trace and each session of a trace a number. */
export class NameTable {
  readonly traces: string[] = []
  readonly sessions: SessionName[] = []
  readonly #traceNumbers = new Map<string, number>()
  readonly #sessionNumbers = new Map<string, number>()
  readonly #trees: ReadonlyMap<string, PlannedTree>

  constructor(trees: readonly PlannedTree[]) {
    this.#trees = new Map(trees.map((tree) => [tree.traceId, tree]))
  }

  sessionOf(request: ReportRequest): number {
    const key = JSON.stringify([request.trace, request.session])
    const known = this.#sessionNumbers.get(key)
    if (known !== undefined) return known
    const number = this.sessions.push(this.#describe(request)) - 1
    this.#sessionNumbers.set(key, number)
    return number
  }

  #describe({ trace, session }: ReportRequest): SessionName {
    const planned = this.#trees.get(trace)?.sessions
    const parent = planned?.find(({ id }) => id === session)?.parent
    const parentId = parent === undefined ? undefined : planned?.[parent]?.id
    return {
      id: printable(session, 80),
      trace: this.#traceOf(trace),
      root: session === 'root',
      ...(parentId !== undefined && { parent: printable(parentId, 80) }),
    }
  }

  #traceOf(trace: string): number {
    const known = this.#traceNumbers.get(trace)
    if (known !== undefined) return known
    const number = this.traces.push(printable(trace, 120)) - 1
    this.#traceNumbers.set(trace, number)
    return number
  }
}
