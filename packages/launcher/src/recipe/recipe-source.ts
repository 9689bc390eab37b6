import * as z from 'zod'

const word = z.string().min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()])
const seconds = z.number().positive().max(86_400)

const FlagSources = z
  .record(z.string(), z.union([scalar, z.null()]))
  .describe(
    `Flag with its dashes -> value. true: the flag alone; false: left out; null: removes the one of a base. Text may hold expressions such as \${job.tp}.`,
  )

const EnvSources = z
  .record(z.string(), z.string().nullable())
  .describe('Environment variable -> text, numbers in quotes; null removes the one of a base. May hold expressions.')

const VariantSource = z
  .strictObject({
    match: z
      .record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
      .describe('Field of the job -> value, or a list of which one is enough. All fields must match.'),
    flags: FlagSources.optional(),
    env: EnvSources.optional(),
  })
  .describe('Flags and variables of the jobs that match; a later variant wins over an earlier one.')

const commandFields = {
  command: z.array(word).min(1).optional().describe('Program and first words, each its own item. No shell reads them.'),
  flags: FlagSources.optional(),
  env: EnvSources.optional(),
  when: z.array(VariantSource).optional(),
}

const ServerSource = z.strictObject({
  ...commandFields,
  'health-path': word.optional().describe('Answers 200 once the server takes requests.'),
  'metrics-path': word.nullish().describe('Prometheus metrics; null: it has none.'),
  'fatal-patterns': z
    .array(word)
    .optional()
    .describe('Regular expressions of log lines after which the server will never be ready.'),
  'deadlines-s': z
    .strictObject({ start: seconds, load: seconds, ready: seconds, warm: seconds })
    .partial()
    .optional()
    .describe('Longest time of each phase of a launch, seconds.'),
})

const EvaluationSource = z.strictObject({
  ...commandFields,
  'deadline-s': seconds.optional().describe('Longest time of the whole evaluation, seconds.'),
})

const ReplaySource = z
  .strictObject({
    preset: word,
    'time-scale': z.number().positive().max(100),
    'quiesce-ms': z.int().nonnegative(),
    'max-context-tokens': z.int().positive(),
  })
  .partial()
  .describe('How the replay differs from its preset; for simulated servers, whose jobs must be short.')

/** A file of `benchmarks/` as it is written: a recipe, or a base that recipes extend. Every key may come from a base instead. */
export const RecipeSource = z.strictObject({
  title: word.max(120).optional().describe('For people: the model, its precision, the hardware, the engine.'),
  extends: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Bases to start from, paths from the folder of recipes; later ones win, and this file wins over all.'),
  image: word.optional().describe('The container image whose flags these are; the image of a job wins.'),
  links: z
    .array(z.string())
    .optional()
    .describe("https addresses: the vendor's own recipe, release notes, the source."),
  unknown: z.array(word).optional().describe('What nobody has been able to say yet; with any, it cannot be launched.'),
  engine: z.enum(['vllm', 'sglang', 'sim', 'other']).optional(),
  'minimum-versions': z
    .record(z.string(), z.string())
    .optional()
    .describe('Lowest versions it works with, in quotes: vllm: "0.19.1".'),
  server: ServerSource.optional(),
  'acceptance-length': z
    .number()
    .min(1)
    .max(64)
    .optional()
    .describe(`Tokens per step of a speculative decoder; \${acceptance-length} in flags and variables.`),
  evaluation: EvaluationSource.nullish().describe(
    'Accuracy evaluation of jobs with run-eval; null removes that of a base.',
  ),
  replay: ReplaySource.optional(),
})
export type RecipeSource = z.infer<typeof RecipeSource>
export type CommandSource = NonNullable<RecipeSource['server']> | NonNullable<RecipeSource['evaluation']>

/** Every key that a file may have at any level: what a misspelt one was meant to be. */
export const recipeKeys: readonly string[] = [
  ...Object.keys(RecipeSource.shape),
  ...Object.keys(ServerSource.shape),
  ...Object.keys(VariantSource.shape),
  ...Object.keys(ReplaySource.shape),
  ...['deadline-s', 'start', 'load', 'ready', 'warm'],
]

/** The JSON Schema for editors, as a text ready to be written; what the zod schema says. */
export function renderRecipeSchema(): string {
  const json = z.toJSONSchema(RecipeSource, { io: 'input', target: 'draft-7', reused: 'ref' })
  return `${JSON.stringify({ title: 'Recipe of Reprise: how one server is started', ...json }, null, 2)}\n`
}
