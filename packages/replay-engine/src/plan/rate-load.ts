import { z } from 'zod'
import { pace, Until } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Arrivals } from './play.ts'
import { seededRandom } from './seeded-random.ts'
import { sharedSystemOf } from './shared-system.ts'
import { Shuffle } from './shuffle.ts'

/** Open load: sessions arrive at a rate, whatever became of those before. Which tree arrives when is drawn from the seed. */
export const RateLoad = z.strictObject({
  kind: z.literal('rate'),
  /** Session trees a second. */
  sessionsPerS: z.number().positive().max(1_000_000),
  /**
   * Gaps between arrivals: all alike, exponential (a Poisson process), or gamma with a shape: below 1 they bunch, above 1 they are more even
   * than Poisson's, and 1 is Poisson's.
   */
  arrivals: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant') }),
    z.strictObject({ kind: z.literal('poisson') }),
    z.strictObject({ kind: z.literal('gamma'), shape: z.number().positive() }),
  ]),
  timeScale: pace.timeScale,
  thinkCapMs: pace.thinkCapMs,
  maxContextTokens: pace.maxContextTokens,
  until: Until,
  drainMs: pace.drainMs,
  sharedSystem: pace.sharedSystem,
  sessionHeaders: pace.sessionHeaders,
})
export type RateLoad = z.infer<typeof RateLoad>

const MOST_ARRIVALS = 10_000_000

/** What its fields say against each other, with the cure. */
export function rateProblem({ until, sessionsPerS }: RateLoad): string | undefined {
  return until.kind === 'window' && (until.durationMs / 1_000) * sessionsPerS > MOST_ARRIVALS
    ? `${sessionsPerS} sessions a second for ${until.durationMs / 1_000} s are more than ${MOST_ARRIVALS}; give a lower rate or a shorter window`
    : undefined
}

export function rateArrivals(plan: {
  readonly seed: number
  readonly blockScope: 'local' | 'global'
  readonly load: RateLoad
  readonly trees: readonly PlannedTree[]
}): Arrivals {
  const { seed, blockScope, load, trees } = plan
  const instants = instantsOf(plan)
  const shuffle = new Shuffle({ seed, count: trees.length })
  return {
    kind: 'open',
    slots: instants.length,
    dueMs: (slot) => instants[slot]!,
    playOf: (lane, play) => {
      if (play > 0 || lane >= instants.length) return undefined
      const { index, pass } = shuffle.at(lane)
      const tree = trees[index]!
      // As for lanes: the points of a sweep on one server do not warm each other's cache.
      const head = `rate ${load.sessionsPerS}`
      const scope = blockScope === 'local' ? `${head}/${tree.traceId}#${pass}` : `${head}/#${pass}`
      return { lane, play, position: lane, pass, tree, startTurn: 0, scope, ...sharedSystemOf(load, head) }
    },
  }
}

/** All arrivals of the window, or as many as the passes have trees. */
function instantsOf({
  seed,
  load,
  trees,
}: {
  readonly seed: number
  readonly load: RateLoad
  readonly trees: readonly PlannedTree[]
}): Float64Array {
  const { until, sessionsPerS, arrivals } = load
  const count = until.kind === 'passes' ? until.passes * trees.length : Number.POSITIVE_INFINITY
  const endMs = until.kind === 'window' ? until.durationMs : Number.POSITIVE_INFINITY
  const meanGapMs = 1_000 / sessionsPerS
  const instants: number[] = []
  if (arrivals.kind === 'constant') {
    // Each from the beginning and none from the one before, so that no rounding adds up.
    for (let i = 0; i < count && i * meanGapMs < endMs; i += 1) instants.push(i * meanGapMs)
    return Float64Array.from(instants)
  }
  const gap = gammaDraws(arrivals.kind === 'gamma' ? arrivals.shape : 1, seededRandom(seed, 'gaps between arrivals'))
  let atMs = gap() * meanGapMs
  for (; instants.length < count && atMs < endMs; atMs += gap() * meanGapMs) instants.push(atMs)
  return Float64Array.from(instants)
}

/**
 * Draws of a gamma distribution of this shape whose mean is 1.
 *
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); below shape 1 their boost by a power of a uniform
 * draw. Of shape 1, an exponential draw by inversion.
 */
function gammaDraws(shape: number, random: () => number): () => number {
  if (shape === 1) return () => -Math.log(1 - random())
  const boosted = shape < 1
  const d = (boosted ? shape + 1 : shape) - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  const draw = (): number => {
    for (;;) {
      const x = normalDraw(random)
      const v = (1 + c * x) ** 3
      if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
    }
  }
  return () => (draw() * (boosted ? (1 - random()) ** (1 / shape) : 1)) / shape
}

/** Source: Box and Muller (1958). */
function normalDraw(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
