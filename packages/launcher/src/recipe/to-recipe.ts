import type { Place } from '@reprise/config-file'
import { parseExpression } from '../expression/parse-expression.ts'
import { parseTemplate, type Template } from '../expression/template.ts'
import { acceptanceLengthOf } from './golden-acceptance.ts'
import type {
  Places,
  Recipe,
  RecipeCommand,
  RecipeFlag,
  RecipeReplay,
  RecipeRouter,
  RecipeSpeculation,
  RecipeUnknown,
  RecipeVariant,
  RecipeWorker,
} from './recipe.ts'
import type { CommandSource, RecipeSource } from './recipe-source.ts'

interface Origin {
  readonly file: string
  readonly bases: readonly string[]
  /** Where the key at a path of the merged source stands. */
  readonly place: (path: readonly PropertyKey[]) => Place | undefined
}

type Path = readonly PropertyKey[]

/** The recipe that a checked and complete source says. */
export function toRecipe(source: RecipeSource, { file, bases, place }: Origin): Recipe {
  const { server: from = {}, evaluation } = source
  const deadlinesS = from['deadlines-s']
  return {
    file,
    title: source.title!,
    links: [...new Set(source.links ?? [])],
    measured: [...new Set(source.measured ?? [])],
    ...(source.image !== undefined && { image: source.image }),
    bases,
    unknown: (source.unknown ?? []).map(toUnknown),
    engine: source.engine!,
    minimumVersions: source['minimum-versions'] ?? {},
    server: {
      ...toServerCommand(from, place),
      morePorts: [...new Set(from['more-ports'] ?? [])],
      healthPath: from['health-path']!,
      ...(from['metrics-path'] && { metricsPath: from['metrics-path'] }),
      fatalPatterns: [...new Set(from['fatal-patterns'] ?? [])],
      deadlinesS: {
        start: deadlinesS!.start!,
        load: deadlinesS!.load!,
        ready: deadlinesS!.ready!,
        warm: deadlinesS!.warm!,
      },
    },
    ...(source.prefill && { prefill: toWorker(source.prefill, 'prefill', place) }),
    ...(source.decode && { decode: toWorker(source.decode, 'decode', place) }),
    ...(source.router && { router: toRouter(source.router, place) }),
    ...(source.speculation && { speculation: toSpeculation(source.speculation) }),
    ...(evaluation && {
      evaluation: { ...toCommand(evaluation, ['evaluation'], place), deadlineS: evaluation['deadline-s']! },
    }),
    replay: toReplay(source.replay ?? {}),
  }
}

function toUnknown(source: NonNullable<RecipeSource['unknown']>[number]): RecipeUnknown {
  return typeof source === 'string' ? { what: source } : { what: source.what, settledBy: source['settled-by'] }
}

function toServerCommand(source: CommandSource, place: Origin['place']): RecipeCommand {
  const command = toCommand(source, ['server'], place)
  const own = (['image', 'engine', 'extends', 'server'] as const).flatMap((key) => {
    const at = place([key])
    return at === undefined ? [] : [[key, at] as const]
  })
  return { ...command, places: { ...command.places, ...Object.fromEntries(own) } }
}

type WorkerSource = NonNullable<RecipeSource['prefill']>

function toWorker(source: WorkerSource, role: 'prefill' | 'decode', place: Origin['place']): RecipeWorker {
  const { command: _, ...own } = toCommand(source, [role], place)
  const flags = toFlags(source.flags ?? {}, 'left out')
  return { ...own, flags, morePorts: [...new Set(source['more-ports'] ?? [])] }
}

function toRouter(source: NonNullable<RecipeSource['router']>, place: Origin['place']): RecipeRouter {
  const command = toCommand(source, ['router'], place)
  const workers = place(['router', 'workers'])
  return {
    ...command,
    places: { ...command.places, ...(workers && { workers }) },
    name: source.name!,
    workers: (source.workers ?? []).map(({ of, first = [], each }) => {
      return { of, first: first.map(parseTemplate), each: each.map(parseTemplate) }
    }),
    healthPath: source['health-path']!,
    ...(source['metrics-path'] && { metricsPath: source['metrics-path'] }),
    fatalPatterns: [...new Set(source['fatal-patterns'] ?? [])],
    morePorts: [...new Set(source['more-ports'] ?? [])],
  }
}

function toCommand(source: CommandSource, path: Path, place: Origin['place']): RecipeCommand {
  const commandPlace = place([...path, 'command'])
  return {
    command: (source.command ?? []).map(parseTemplate),
    flags: toFlags(source.flags ?? {}, 'removed'),
    env: toEnv(source.env ?? {}),
    when: (source.when ?? []).map((variant, i): RecipeVariant => {
      const { match = {}, if: text, flags = {}, env = {} } = variant
      const at = text === undefined ? undefined : place([...path, 'when', i, 'if'])
      return {
        match,
        ...(text !== undefined && { condition: { text, expression: parseExpression(text) } }),
        flags: toFlags(flags, 'left out'),
        env: toEnv(env),
        places: { ...placesOf({ flags, env }, [...path, 'when', i], place), ...(at && { if: at }) },
      }
    }),
    places: { ...placesOf(source, path, place), ...(commandPlace && { command: commandPlace }) },
  }
}

type FlagSources = NonNullable<CommandSource['flags']>

/** A null has done its work in a merge; in a variant it leaves the flag out of the command. */
function toFlags(flags: FlagSources, asNull: 'removed' | 'left out'): RecipeFlag[] {
  return Object.entries(flags).flatMap(([name, value]): RecipeFlag[] => {
    if (value !== null) return [{ name, value: typeof value === 'string' ? parseTemplate(value) : value }]
    return asNull === 'removed' ? [] : [{ name, value: false }]
  })
}

function toEnv(env: Readonly<Record<string, string | null>>): Record<string, Template> {
  const kept = Object.entries(env).flatMap(([name, text]) =>
    text === null ? [] : [[name, parseTemplate(text)] as const],
  )
  return Object.fromEntries(kept)
}

function toSpeculation(source: NonNullable<RecipeSource['speculation']>): RecipeSpeculation {
  const { curve, 'draft-tokens': draftTokens } = source
  return { curve: curve!, draftTokens: draftTokens!, acceptanceLength: acceptanceLengthOf(curve!, draftTokens!) }
}

function placesOf(
  { flags = {}, env = {} }: Pick<CommandSource, 'flags' | 'env'>,
  path: Path,
  place: Origin['place'],
): Places {
  const of = (group: 'flags' | 'env', names: readonly string[]) =>
    names.flatMap((name) => {
      const at = place([...path, group, name])
      return at === undefined ? [] : [[name, at] as const]
    })
  return Object.fromEntries([...of('flags', Object.keys(flags)), ...of('env', Object.keys(env))])
}

function toReplay(source: NonNullable<RecipeSource['replay']>): RecipeReplay {
  const { preset, 'time-scale': timeScale, 'quiesce-ms': quiesceMs, 'max-context-tokens': maxContextTokens } = source
  return {
    ...(preset !== undefined && { preset }),
    ...(timeScale !== undefined && { timeScale }),
    ...(quiesceMs !== undefined && { quiesceMs }),
    ...(maxContextTokens !== undefined && { maxContextTokens }),
  }
}
