import { printable, quoteWord } from '@reprise/safe-text'
import type { ExplainedSetting, Shape } from './explain-recipe.ts'
import { quoteCommand } from './quote-words.ts'
import { headOfShape } from './shape-head.ts'

const width = 100

/** A server told whole: its jobs, every setting with the line that says it, its command. */
export function renderFirstShape(shape: Shape): string {
  return [
    headOfShape(shape),
    '',
    renderProgram(shape.program),
    ...shape.flags.map(renderSetting),
    ...shape.variables.map(renderSetting),
    '',
    quoteCommand(shape.argv, shape.env, { width, indent: '  ' }),
  ].join('\n')
}

/** A server told by what differs from the first, and its whole command. */
export function renderOtherShape(shape: Shape, first: Shape): string {
  const before = new Map(settingsOf(first).map((setting) => [setting.name, setting]))
  const now = new Set(settingsOf(shape).map(({ name }) => name))
  const changed = settingsOf(shape).filter(({ name, words }) => words.join(' ') !== before.get(name)?.words.join(' '))
  const gone = settingsOf(first).filter(({ name }) => !now.has(name))
  const differs = [
    ...changed.map(renderSetting),
    ...gone.filter(({ words }) => words.length > 0).map(({ name }) => `  without ${name}`),
  ]
  return [
    headOfShape(shape),
    '',
    ...(differs.length === 0 ? ['  the same server as the first'] : differs),
    '',
    quoteCommand(shape.argv, shape.env, { width, indent: '  ' }),
  ].join('\n')
}

function settingsOf({ flags, variables }: Shape): readonly ExplainedSetting[] {
  return [...flags, ...variables]
}

const whereColumn = 60

/** What the command gets, what is written where that differs, and the line that says it. */
function renderSetting({ name, words, written, place, when }: ExplainedSetting): string {
  const isVariable = !name.startsWith('-')
  const value = words.filter((word) => word !== name).map(quoteWord)
  const own =
    words.length === 0 ? `${name} left out` : isVariable ? `${name}=${value.join('')}` : [name, ...value].join(' ')
  const from = typeof written === 'string' && written.includes('${') ? `  = ${written}` : ''
  const left = `  ${own}${from}`
  return withPlace(left, place, when)
}

function renderProgram({ words, written, place }: ExplainedSetting): string {
  const from = String(written).includes('${') ? `  = ${written}` : ''
  return withPlace(`  ${words.map(quoteWord).join(' ')}${from}`, place)
}

function withPlace(left: string, place: ExplainedSetting['place'], when?: ExplainedSetting['when']): string {
  if (place === undefined) return left
  const where = `${printable(place.file, 200).replace(/^benchmarks\//, '')}:${place.line}${when === undefined ? '' : ' (when)'}`
  return left.length < whereColumn
    ? `${left.padEnd(whereColumn)}${where}`
    : `${left}\n${''.padEnd(whereColumn)}${where}`
}
