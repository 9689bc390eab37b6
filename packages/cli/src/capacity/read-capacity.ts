import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CapacityStory } from '@reprise/result-aggregator'
import { Objective, ObjectiveShare } from '@reprise/result-aggregator/run'
import { readPlainFile, UnreadableFile } from '@reprise/trace/plain-file'
import { z } from 'zod'
import { capacityFile, MAX_BYTES } from './capacity-folder.ts'
import { capacityStory } from './capacity-story.ts'

const count = z.int().nonnegative()
const sizes = z.array(z.number().positive())

/** The file of a search that has come to an end, as far as a page tells of it. */
const FoundCapacity = z
  .object({
    schema: z.literal('capacity/1'),
    objectives: z.array(Objective).min(1),
    range: z.object({ unit: z.enum(['lanes', 'sessions/s']), from: z.number(), to: z.number() }),
    resolution: z.number().positive(),
    points: z.array(
      z.object({
        size: z.number().positive(),
        runs: z.array(z.object({ seed: count })),
        verdict: z.enum(['keeps', 'breaks', 'unclear']),
        shares: z.array(ObjectiveShare),
        note: z.string().exactOptional(),
      }),
    ),
    holds: z.number().exactOptional(),
    breaks: z.number().exactOptional(),
    unclear: sizes,
    keepsAbove: sizes,
    ended: z.enum(['found', 'max-runs', 'max-time', 'interrupted', 'failed']),
  })
  .refine(
    ({ objectives, points }) => points.every(({ shares }) => shares.length <= objectives.length),
    'a size with more shares than there are objectives',
  )

/** One that has found nothing yet. */
const Begun = z.strictObject({ schema: z.literal('capacity/1'), runs: z.unknown() })

const limit = { maxBytes: MAX_BYTES, cure: 'a search writes a smaller one' }

/** What the search of a folder found; `undefined` where none was made there, or none that came to an end. Words, why a file is none of ours. */
export async function readCapacity(folder: string): Promise<CapacityStory | string | undefined> {
  const path = join(folder, capacityFile)
  if (!existsSync(path)) return undefined
  const value = await jsonOf(path)
  if (value instanceof UnreadableFile) return value.message
  if (Begun.safeParse(value).success) return undefined
  const { success, data, error } = FoundCapacity.safeParse(value)
  if (!success) return error.issues[0]?.message ?? 'another value'
  return data.points.length === 0 ? undefined : capacityStory(data, data)
}

/** Undefined for what is no JSON. */
async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse((await readPlainFile(path, limit)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    if (error instanceof UnreadableFile) return error
    throw error
  }
}
