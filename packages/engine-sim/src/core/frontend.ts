import { z } from 'zod'
import { keyOfText, mixKey } from './mix-key.ts'

/**
 * What lies between a client and the engine, in milliseconds: from the send until the engine has the request, and from the end of a step until the client
 * has its first, or its last, token of a reply. The connection, the reading of the prompt, and how text goes out. On the way in a request loses
 * `jitterMs` more on the average, exponentially distributed.
 */
export const Frontend = z.strictObject({
  inMs: z.number().nonnegative(),
  /** Default 0. */
  jitterMs: z.number().nonnegative().optional(),
  firstOutMs: z.number().nonnegative(),
  lastOutMs: z.number().nonnegative(),
})
export type Frontend = z.infer<typeof Frontend>

/** How long a request is on its way in, in milliseconds: equal of equal seed and id. */
export function wayInMs({ inMs, jitterMs = 0 }: Frontend, id: string, seed: number): number {
  if (jitterMs === 0) return inMs
  // Above 0 and at most 1.
  const drawn = ((mixKey(keyOfText(id), seed) % 0x1_0000_0000) + 1) / 0x1_0000_0000
  return inMs - jitterMs * Math.log(drawn)
}
