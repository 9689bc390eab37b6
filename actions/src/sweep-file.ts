import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileWhole } from '@reprise/launcher'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { ActionError } from './action.ts'

/** What is needed of a `sweep-plan/1` here; the rest of each job travels as it is. */
export const Sweep = z.looseObject({
  schema: z.literal('sweep-plan/1'),
  jobs: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      configKey: z.string(),
      gpus: z.number(),
      runsOn: z.array(z.string()),
      profile: z.string(),
      recipe: z.string().optional(),
    }),
  ),
  canary: z.string().optional(),
  reuse: z
    .looseObject({
      points: z.array(z.looseObject({ id: z.string(), run: z.string() })),
      others: z.array(z.looseObject({ why: z.string(), jobs: z.array(z.string()) })),
    })
    .optional(),
  maxParallel: z.record(z.string(), z.number()).optional(),
  cost: z
    .looseObject({
      gpuHours: z.number(),
      wallHours: z.number(),
      budgetGpuHours: z.number().optional(),
      confirmedGpuHours: z.number().optional(),
    })
    .optional(),
})
export type Sweep = z.infer<typeof Sweep>

/** @throws ActionError when there is no such file, when it holds something else, or other bytes than were planned. */
export async function readSweep(path: string, digest?: string): Promise<Sweep> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ActionError(`input sweep-file: ${printable(path, 200)} cannot be read (${error.code})`)
  })
  if (digest !== undefined && digestOf(text) !== digest) {
    throw new ActionError(`input sweep-file: ${printable(path, 200)} is not the plan that this sweep began with`)
  }
  const parsed = Sweep.safeParse(jsonOf(text))
  if (!parsed.success) throw new ActionError(`input sweep-file: ${printable(path, 200)} is not a sweep-plan/1`)
  return parsed.data
}

/** Writes it; returns the SHA-256 of the file. @throws ActionError when it cannot be written. */
export async function writeSweep(path: string, sweep: Sweep): Promise<string> {
  const text = `${JSON.stringify(sweep)}\n`
  await writeFileWhole(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new ActionError(`input sweep-file: ${printable(path, 200)} cannot be written (${error.code})`)
  })
  return digestOf(text)
}

/** An artifact can be replaced by any job of a run; what one job tells the next, by none. */
function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
