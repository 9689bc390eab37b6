import { z } from 'zod'
import { SharedSystem } from './shared-system.ts'

/** How the server is brought to working temperature before the profiling window opens. */
export const Warmup = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Every lane that starts inside a session first sends the turn before its start, in full. */
  z.strictObject({ kind: z.literal('full-prefill') }),
  /** Every lane first plays this many whole trees. */
  z.strictObject({ kind: z.literal('plays'), perLane: z.int().positive() }),
  /**
   * Of every session that goes on from a lane's start point the turn before it, for one token; then so many requests for each lane, one
   * after the other, that send those turns again.
   */
  z.strictObject({ kind: z.literal('primers'), againPerLane: z.int().nonnegative() }),
])
export type Warmup = z.infer<typeof Warmup>

/** Where profiling ends: a fixed window, or every tree played so many times. */
export const Until = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('window'), durationMs: z.number().positive() }),
  z.strictObject({ kind: z.literal('passes'), passes: z.int().positive() }),
])
export type Until = z.infer<typeof Until>

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'no name that an HTTP header can have')

/** Names of the headers by which requests tell an endpoint over HTTP whose they are. */
export const SessionHeaders = z.strictObject({
  /** Carry the id of the request's session. */
  session: z.array(headerName),
  /** Carry that of the session that started it, where there is one. */
  parent: z.array(headerName),
})
export type SessionHeaders = z.infer<typeof SessionHeaders>

/** What all loads have: how their turns follow each other, and the phases around the measured one. */
export const pace = {
  /** Multiplies every think time and delay, after the cap. */
  timeScale: z.number().nonnegative(),
  /** Longest think time or delay before scaling; absent: as recorded. */
  thinkCapMs: z.number().nonnegative().optional(),
  /** Turns whose input plus output is larger are not sent; absent: no limit. */
  maxContextTokens: z.int().positive().optional(),
  /** The run is given up when warm-up lasts longer; absent: no limit. Changes nothing of what is measured. */
  warmupLimitMs: z.number().positive().optional(),
  /** Pause between the end of warm-up and the start of profiling. */
  quiesceMs: z.number().nonnegative(),
  /** How long requests in flight at the end of the window may take to end before they are cancelled. */
  drainMs: z.number().nonnegative(),
  /**
   * System prompts of all trees begin with the same text: that of root agents with one, that of subagents with another. Absent: trees share no text.
   */
  sharedSystem: SharedSystem.optional(),
  /** Absent: none are sent. */
  sessionHeaders: SessionHeaders.optional(),
}
