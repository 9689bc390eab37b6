import { z } from 'zod'

/**
 * A number as Slurm writes it: plain up to 22.05, and since 23.02 with words about itself. Absent where it is not set, or has no end.
 *
 * Source: the data parsers of Slurm, `src/plugins/data_parser/v0.0.40/parsers.c`; 22.05 as its own `squeue --json` writes it.
 */
export const SlurmNumber = z
  .union([
    z.number(),
    z.null(),
    z.object({ set: z.boolean(), infinite: z.boolean().optional(), number: z.number().optional() }),
  ])
  .transform((value) => {
    if (typeof value === 'number') return value
    return value?.set && !value.infinite ? value.number : undefined
  })

/** States and flags: one word up to 22.05, and since then a list. Upper case, as Slurm's own documents write them. */
export const SlurmStates = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value).map((each) => each.toUpperCase()))

/** Text that an earlier version leaves out, or a later one wraps. */
export const SlurmText = z
  .union([z.string(), z.object({ description: z.string() })])
  .nullish()
  .transform((value) => (typeof value === 'object' ? value?.description : value) || undefined)

/** What a command of Slurm wrote with `--json`; undefined where it is no JSON, or none of that shape. */
export function parseSlurmJson<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
