import { z } from 'zod'

/** How lanes are brought to working temperature before the profiling window opens. */
const Warmup = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Every lane that starts inside a session first sends the turn before its start, in full. */
  z.strictObject({ kind: z.literal('full-prefill') }),
  /** Every lane first plays this many whole trees. */
  z.strictObject({ kind: z.literal('plays'), perLane: z.int().positive() }),
])
export type Warmup = z.infer<typeof Warmup>

/**
 * Closed load: N lanes, each replaying one session tree at a time and starting its next when it ends.
 *
 * Lane i plays positions i, i+N, i+2N ... of an endless seeded shuffle of the corpus, so lanes share no queue.
 */
export const LanesLoad = z.strictObject({
  kind: z.literal('lanes'),
  /** More than any run has ever had; each costs memory before it does anything. */
  lanes: z.int().positive().max(100_000),
  /** The first play of a lane starts at a turn drawn from this share of its root session's turns; later plays start at 0. */
  start: z.strictObject({ min: z.number().min(0).max(1), max: z.number().min(0).max(1) }),
  /**
   * Whether profiling finds a lane that starts inside its session at a random instant of its think time; false or absent: the think time
   * runs during warm-up and is over when profiling begins. `startOf` has the rule.
   */
  residualThink: z.boolean().optional(),
  /** Multiplies every think time and delay, after the cap. */
  timeScale: z.number().nonnegative(),
  /** Longest think time or delay before scaling; absent: as recorded. */
  thinkCapMs: z.number().nonnegative().optional(),
  /** Turns whose input plus output is larger are not sent; absent: no limit. */
  maxContextTokens: z.int().positive().optional(),
  warmup: Warmup,
  /** The run is given up when warm-up lasts longer; absent: no limit. Changes nothing of what is measured. */
  warmupLimitMs: z.number().positive().optional(),
  /** Pause between the end of warm-up and the start of profiling. */
  quiesceMs: z.number().nonnegative(),
  /** Lane i's first request is due i times this after its phase began, unless a rest of its think time says when. */
  staggerMs: z.number().nonnegative(),
  /** Where profiling ends: a fixed window, or every tree played so many times. */
  until: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('window'), durationMs: z.number().positive() }),
    z.strictObject({ kind: z.literal('passes'), passes: z.int().positive() }),
  ]),
  /** How long requests in flight at the end of the window may take to end before they are cancelled. */
  drainMs: z.number().nonnegative(),
})
export type LanesLoad = z.infer<typeof LanesLoad>
