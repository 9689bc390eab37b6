import { printable } from '@reprise/safe-text'
import type { Explanation } from './explain-recipe.ts'
import { quoteCommand } from './quote-words.ts'
import { unwritten } from './recipe.ts'
import { renderFirstShape, renderOtherShape } from './render-shape.ts'

/** The explanation for a terminal, in 100 columns. The first server is told whole, the others by what differs from it. */
export function renderExplanation({ configKey, recipe, shapes }: Explanation): string {
  const [first] = shapes
  const head = [
    printable(configKey === undefined ? recipe.title : `${configKey}: ${recipe.title}`, 300),
    '',
    field('recipe', [recipe.file, ...recipe.bases.toReversed().map((base) => `over ${base}`)]),
    ...optional('image', first?.job.image ?? recipe.image),
    field('needs', needs(recipe)),
    field('ready', [readiness(recipe)]),
    field('metrics', [recipe.metricsPath ?? 'none']),
    field('port', ['{port} stands for one that the host finds free']),
    ...optional('drafts', recipe.speculation, speculationOf),
    ...optional('replay', replayOf(recipe)),
    field('evaluation', [first?.evaluation ? quoteCommand(first.evaluation, {}, { width: 86 }) : 'not configured']),
    field('links', recipe.links),
    field('measured', measuredOf(recipe)),
    field('unknown', unknownOf(recipe)),
  ]
  const body = shapes.map((shape, i) => (i === 0 ? renderFirstShape(shape) : renderOtherShape(shape, first!)))
  const none = 'No configuration of ours is started from it.'
  return `${[head.join('\n'), ...(body.length === 0 ? [none] : body)].join('\n\n')}\n`
}

function field(name: string, values: readonly string[]): string {
  return values
    .flatMap((value) => printableLines(value).flatMap(wrapped))
    .map((line, i) => `  ${(i === 0 ? name : '').padEnd(12)}${line}`)
    .join('\n')
}

/** A long sentence in lines that fit beside the name of the field; one long word stays whole. */
function wrapped(text: string): string[] {
  return text.match(/\S.{0,84}(?=\s|$)|\S+/g) ?? [text]
}

function optional<T>(name: string, value: T | undefined, render: (value: T) => string = String): string[] {
  return value === undefined ? [] : [field(name, [render(value)])]
}

function speculationOf({
  curve,
  draftTokens,
  acceptanceLength,
}: NonNullable<Explanation['recipe']['speculation']>): string {
  const length = `${acceptanceLength} of ${curve} counts where nothing evaluates`
  return `${draftTokens} tokens a verification; an acceptance length of ${length}`
}

function measuredOf({ measured, engine }: Explanation['recipe']): readonly string[] {
  if (engine === 'sim') return ['on any machine: it stands for no hardware']
  return measured.length === 0 ? ['never: its commands have not met the hardware'] : measured
}

function unknownOf({ unknown }: Explanation['recipe']): string[] {
  if (unknown.length === 0) return ['nothing']
  const told = unknown.map(
    ({ what, settledBy }) => `${what}${settledBy === undefined ? '' : `; settled by: ${settledBy}`}`,
  )
  return unwritten({ unknown }).length === 0 ? told : [...told, 'so it cannot be launched yet']
}

function replayOf({ replay }: Explanation['recipe']): string | undefined {
  const { preset, timeScale, quiesceMs, maxContextTokens } = replay
  const parts = [
    ...(preset === undefined ? [] : [`preset ${preset}`]),
    ...(timeScale === undefined ? [] : [`think times x ${timeScale}`]),
    ...(quiesceMs === undefined ? [] : [`quiet for ${quiesceMs} ms`]),
    ...(maxContextTokens === undefined ? [] : [`contexts up to ${maxContextTokens} tokens`]),
  ]
  return parts.length === 0 ? undefined : parts.join(', ')
}

function printableLines(text: string): string[] {
  return text.split('\n').map((line) => printable(line, 400))
}

function needs({ engine, minimumVersions }: Explanation['recipe']): string[] {
  const versions = Object.entries(minimumVersions).map(([name, version]) => `${name} ${version} or newer`)
  return [versions.length === 0 ? `engine ${engine}` : versions.join(', ')]
}

function readiness({ healthPath, deadlinesS }: Explanation['recipe']): string {
  const { start, load, ready, warm } = deadlinesS
  return `${healthPath} answers 200; start ${start} s, load ${load} s, ready ${ready} s, warm ${warm} s at most`
}
