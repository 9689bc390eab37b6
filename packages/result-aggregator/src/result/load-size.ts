import type { Load } from '@reprise/replay-engine'

/** How large a load is, which is its place in a sweep. */
export interface LoadSize {
  /** Sizes of one kind of load, by which its runs are sorted. */
  readonly value: number
  /** What `value` counts. */
  readonly unit: 'lanes' | 'sessions/s' | 'speed-up'
  /** Both, as in a sentence: `8 lanes`. */
  readonly label: string
}

export function loadSizeOf(load: Load): LoadSize {
  switch (load.kind) {
    case 'lanes':
      return { value: load.lanes, unit: 'lanes', label: `${load.lanes} ${load.lanes === 1 ? 'lane' : 'lanes'}` }
    case 'rate':
      return { value: load.sessionsPerS, unit: 'sessions/s', label: `${load.sessionsPerS} sessions/s` }
    case 'schedule': {
      const value = Number((1 / load.timeScale).toPrecision(6))
      return { value, unit: 'speed-up', label: `schedule x ${value}` }
    }
  }
}

/** Everything of a load but how large it is. */
export function loadApart(load: Load): object {
  switch (load.kind) {
    case 'lanes': {
      const { lanes: _, ...rest } = load
      return rest
    }
    case 'rate': {
      const { sessionsPerS: _, ...rest } = load
      return rest
    }
    case 'schedule': {
      const { timeScale: _, ...rest } = load
      return rest
    }
  }
}
