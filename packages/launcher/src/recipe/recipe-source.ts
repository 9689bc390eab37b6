import * as z from 'zod'
import { acceptanceCurves, maxDraftTokens } from './golden-acceptance.ts'

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
      .optional()
      .describe('Field of the job -> value, or a list of which one is enough. All fields must match.'),
    if: word.max(500).optional().describe('A condition that must hold besides: job.conc > 16 and job.tp == 8.'),
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

const morePorts = z
  .array(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'lower-case letters, digits and hyphens'))
  .optional()
  .describe(`Names of further ports that each copy gets: bootstrap becomes \${port.bootstrap}.`)

const ServerSource = z.strictObject({
  ...commandFields,
  'more-ports': morePorts,
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

const { command: _, ...settingFields } = commandFields
const WorkerSource = z
  .strictObject({ ...settingFields, 'more-ports': morePorts })
  .describe('What the workers of this role have over the server; the sizes of the job are those of the worker there.')

const RouterSource = z
  .strictObject({
    name: word.describe('The one that a row names: sglang-router, vllm-router, dynamo-router.'),
    ...commandFields,
    workers: z
      .array(
        z.strictObject({
          of: z.enum(['server', 'prefill', 'decode']),
          first: z.array(word).optional().describe('Words before those of the first copy.'),
          each: z.array(word).min(1).describe(`Words for each copy; \${host} and \${port} are those of the copy.`),
        }),
      )
      .optional()
      .describe('How it is told of the workers, after its flags.'),
    'more-ports': morePorts,
    'health-path': word.optional(),
    'metrics-path': word.nullish(),
    'fatal-patterns': z.array(word).optional(),
  })
  .partial()
  .describe('The process that takes the requests, where there are several workers or a row names a router.')

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

const UnknownSource = z
  .strictObject({
    what: word.describe('What the command takes for granted.'),
    'settled-by': word.describe('What would show it on the hardware.'),
  })
  .describe('What only the hardware can tell. The command is written, and may be launched.')

const SpeculationSource = z
  .strictObject({
    curve: z.enum(acceptanceCurves).describe('Whose golden acceptance lengths count: the model and its head.'),
    'draft-tokens': z.int().positive().max(maxDraftTokens).describe('Tokens that are drafted for one verification.'),
  })
  .partial()
  .describe(`Speculative decoding: \${draft-tokens}, and \${acceptance-length} for jobs that do not evaluate.`)

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
  measured: z
    .array(z.string())
    .optional()
    .describe(
      'https addresses of results that were measured with it. Without any, its commands have never met the hardware.',
    ),
  unknown: z
    .array(z.union([word, UnknownSource]))
    .optional()
    .describe('What nobody has been able to say yet. A sentence alone: it cannot be launched before somebody can.'),
  engine: z.enum(['vllm', 'sglang', 'sim', 'other']).optional(),
  'minimum-versions': z
    .record(z.string(), z.string())
    .optional()
    .describe('Lowest versions it works with, in quotes: vllm: "0.19.1".'),
  server: ServerSource.optional(),
  prefill: WorkerSource.optional(),
  decode: WorkerSource.optional(),
  router: RouterSource.nullish(),
  speculation: SpeculationSource.optional(),
  evaluation: EvaluationSource.nullish().describe(
    'Accuracy evaluation of jobs with run-eval; null removes that of a base.',
  ),
  replay: ReplaySource.optional(),
})
export type RecipeSource = z.infer<typeof RecipeSource>
export type CommandSource =
  | NonNullable<RecipeSource['server' | 'router' | 'evaluation']>
  | (NonNullable<RecipeSource['prefill' | 'decode']> & { readonly command?: never })

/** Every key that a file may have at any level: what a misspelt one was meant to be. */
export const recipeKeys: readonly string[] = [
  ...Object.keys(RecipeSource.shape),
  ...Object.keys(ServerSource.shape),
  ...Object.keys(VariantSource.shape),
  ...Object.keys(RouterSource.shape),
  ...Object.keys(ReplaySource.shape),
  ...Object.keys(SpeculationSource.shape),
  ...Object.keys(UnknownSource.shape),
  ...['deadline-s', 'start', 'load', 'ready', 'warm', 'of', 'first', 'each'],
]

/** The JSON Schema for editors, as a text ready to be written; what the zod schema says. */
export function renderRecipeSchema(): string {
  const json = z.toJSONSchema(RecipeSource, { io: 'input', target: 'draft-7', reused: 'ref' })
  return `${JSON.stringify({ title: 'Recipe of Reprise: how one server is started', ...json }, null, 2)}\n`
}
