/** A table of one run, by its name: how the page calls it, and its columns; the first are text. */
export interface RunTable {
  readonly name: RunTableName
  readonly title: string
  readonly heads: readonly string[]
  /** How many of the first columns are text; others are numbers. */
  readonly texts: number
}

export type RunTableName = 'objectives' | 'requests' | 'sessions' | 'failures' | 'shapes' | 'counts'

/** Cells as they are shown. */
export type RunTableRows = readonly (readonly string[])[]

export const runTables: readonly RunTable[] = [
  { name: 'objectives', title: 'Objectives of this run', heads: ['Objective', 'Broken by', 'Judged'], texts: 1 },
  {
    name: 'failures',
    title: 'Failures of this run by class, status and turn',
    heads: ['Phase', 'Class', 'Status', 'Turns', 'Failed', 'Sent of these turns', 'First message'],
    texts: 4,
  },
  {
    name: 'requests',
    title: 'Slowest requests of this run',
    heads: ['Request', 'Trace', 'Session', 'Turn', 'E2E, ms', 'TTFT, ms', 'TPOT, ms', 'Input', 'Cached', 'Output'],
    texts: 3,
  },
  {
    name: 'sessions',
    title: 'Slowest sessions of this run',
    heads: ['Trace', 'Session', 'Lane', 'Play', 'Requests', 'Failed', 'Time, s', 'With a request in flight'],
    texts: 2,
  },
  {
    name: 'shapes',
    title: 'First requests of a shape that are out of line',
    heads: ['Request', 'Tokens to compute, up to', 'TTFT, ms', 'p90 of the later ones, ms'],
    texts: 1,
  },
  {
    name: 'counts',
    title: 'Requests whose tokens differ most from the plan',
    heads: ['Of', 'Request', 'Planned', 'Reported'],
    texts: 2,
  },
]
