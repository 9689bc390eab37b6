import type { ServerFigureName } from './report-data.ts'

interface ServerChart {
  readonly title: string
  readonly yTitle: string
  readonly about: string
  readonly estimator: string
  readonly isShare?: boolean
  /** It stands in another section than what servers say. */
  readonly elsewhere?: true
  /** The first is drawn filled, the second hollow and dashed, the third dotted. */
  readonly figures: readonly (readonly [name: ServerFigureName, title: string])[]
}

/** What servers say of themselves over the size of their load, by the id of the chart. */
export const serverCharts: Readonly<Record<string, ServerChart>> = {
  'chart-server-prompt': {
    title: 'Where prompt tokens came from',
    estimator: 'what counters rose by in the window',
    yTitle: 'share of prompt tokens',
    about:
      'Computed, found in the cache of the engine, or taken from elsewhere: the memory of a host, a disk, another engine.',
    isShare: true,
    figures: [
      ['computedShare', 'computed'],
      ['localHitShare', 'from its cache'],
      ['externalHitShare', 'from elsewhere'],
    ],
  },
  'chart-server-memory': {
    title: 'KV cache in use',
    estimator: 'means by time of what was sampled',
    yTitle: 'share of the KV cache',
    about: 'The mean by time over engines, and the most that any engine had in use.',
    isShare: true,
    figures: [
      ['kvUseMean', 'mean'],
      ['kvUseMax', 'max'],
    ],
  },
  'chart-server-queue': {
    title: 'Running and waiting',
    estimator: 'means by time of what was sampled',
    yTitle: 'requests',
    about: 'Means by time over all engines.',
    figures: [
      ['runningMean', 'running'],
      ['waitingMean', 'waiting'],
    ],
  },
  'chart-server-ttft': {
    title: 'TTFT on both sides',
    estimator: 'means over requests; of the server by its histograms',
    yTitle: 'ms, mean',
    about: 'As the client and as the server measured it, and what of it was waiting to be scheduled.',
    figures: [
      ['clientTtftMs', 'client'],
      ['serverTtftMs', 'server'],
      ['queueMs', 'queue'],
    ],
  },
  'chart-server-preemptions': {
    title: 'Preemptions',
    estimator: 'what counters rose by in the window',
    yTitle: 'in the window',
    about: 'Times that a running request lost its memory, in the profiling window.',
    figures: [['preemptions', 'preemptions']],
  },
  'chart-server-power': {
    title: 'Energy of a token by load',
    estimator: 'watts by trapezoids over the window, over its tokens',
    elsewhere: true,
    yTitle: 'J per output token',
    about: 'What all accelerators drew over the output tokens of the same window, idle time included.',
    figures: [['joulesPerOutputToken', 'energy']],
  },
}
