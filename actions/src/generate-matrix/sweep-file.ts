import { readFile } from 'node:fs/promises'
import { writeFileWhole } from '@reprise/launcher'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { ActionError } from '../action.ts'

/** What is needed of a `sweep-plan/1` here; the rest of each job travels as it is. */
export const Sweep = z.looseObject({
  schema: z.literal('sweep-plan/1'),
  jobs: z.array(
    z.looseObject({
      id: z.string(),
      configKey: z.string(),
      gpus: z.number(),
      runsOn: z.array(z.string()),
      recipe: z.string().optional(),
      job: z.looseObject({
        topology: z.looseObject({ kind: z.enum(['single', 'multi']) }),
        evaluation: z.looseObject({ only: z.boolean().optional() }),
      }),
    }),
  ),
})
export type Sweep = z.infer<typeof Sweep>
export type SweepEntry = Sweep['jobs'][number]

/** @throws ActionError when there is no such file, or when it holds something else. */
export async function readSweep(path: string): Promise<Sweep> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ActionError(`input sweep-file: ${printable(path, 200)} cannot be read (${error.code})`)
  })
  const parsed = Sweep.safeParse(jsonOf(text))
  if (!parsed.success) throw new ActionError(`input sweep-file: ${printable(path, 200)} is not a sweep-plan/1`)
  return parsed.data
}

export async function writeSweep(path: string, sweep: Sweep): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(sweep)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new ActionError(`input sweep-file: ${printable(path, 200)} cannot be written (${error.code})`)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
