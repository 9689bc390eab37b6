import type { LoadSize } from '@reprise/replay-engine'
import { presetOf } from '@reprise/replay-engine/presets'
import type { LoadOptions } from './load-options.ts'

/** One run of a command: how large its load is, and its seed where a command has several. */
export type LoadPoint = LoadSize & { readonly seed?: number }

/**
 * The runs that the options ask for, in their order: one for each number of lanes, or each rate, and all of them again for each further seed. A
 * schedule is as large as it is.
 */
export function loadPoints({
  repeat = 1,
  seed = 0,
  ...options
}: Pick<LoadOptions, 'preset' | 'lanes' | 'rate' | 'ramp' | 'repeat'> & { readonly seed?: number }): LoadPoint[] {
  const sizes = loadSizes(options)
  if (repeat === 1) return sizes
  return Array.from({ length: repeat }, (_, i) => sizes.map((size) => ({ ...size, seed: seed + i }))).flat()
}

function loadSizes({ preset, lanes, rate, ramp }: Pick<LoadOptions, 'preset' | 'lanes' | 'rate' | 'ramp'>): LoadSize[] {
  switch (presetOf(preset)?.load.kind) {
    case 'rate':
      return (rate ?? defaultRates).map((sessionsPerS) => ({ sessionsPerS }))
    case 'schedule':
      return [{}]
    default:
      // The steps of a ramp are of one run.
      if (ramp !== undefined && lanes !== undefined) return [{ lanes: Math.max(...lanes) }]
      return (lanes ?? defaultLanes).map((each) => ({ lanes: each }))
  }
}

/** As a part of a path: `lanes-8`, `rate-2.5`, `lanes-8-seed-43`. */
export function nameOfPoint({ seed, ...size }: LoadPoint): string {
  return seed === undefined ? nameOfSize(size) : `${nameOfSize(size)}-seed-${seed}`
}

function nameOfSize({ lanes, sessionsPerS }: LoadSize): string {
  if (lanes !== undefined) return `lanes-${lanes}`
  return sessionsPerS === undefined ? 'schedule' : `rate-${sessionsPerS}`
}

/** Whether a folder is called as that of a point. */
export function isPointName(name: string): boolean {
  return /^(lanes-\d+|rate-\d[\d.e+-]*|schedule)(-seed-\d+)?$/.test(name)
}

const defaultLanes = [8]
const defaultRates = [1]
