import { printable, quoteWord } from '@reprise/safe-text'
import type { ExplainedProcess, ExplainedSetting, Shape } from './explain-recipe.ts'
import { quoteCommand } from './quote-words.ts'
import { headOfShape } from './shape-head.ts'

const width = 100

/** A server told whole: its jobs, every setting with the line that says it, its command; of several processes one after the other. */
export function renderFirstShape(shape: Shape): string {
  return [headOfShape(shape), ...shape.processes.map((one) => `${headOf(one, shape)}\n${renderWhole(one)}`)].join('\n')
}

function renderWhole(one: ExplainedProcess): string {
  return [
    renderProgram(one.program),
    ...one.flags.map(renderSetting),
    ...one.variables.map(renderSetting),
    '',
    renderCommandOf(one),
  ].join('\n')
}

/** A server told by what differs from the first, and its whole command. */
export function renderOtherShape(shape: Shape, first: Shape): string {
  const before = new Map(first.processes.map((one) => [one.role, one]))
  const told = shape.processes.map((one) => {
    const known = before.get(one.role)
    const body = known === undefined ? renderWhole(one) : renderDifference(one, known)
    return `${headOf(one, shape)}\n${body}`
  })
  return [headOfShape(shape), ...told].join('\n')
}

function renderDifference(one: ExplainedProcess, first: ExplainedProcess): string {
  const before = new Map(settingsOf(first).map((setting) => [setting.name, setting]))
  const now = new Set(settingsOf(one).map(({ name }) => name))
  const changed = settingsOf(one).filter(({ name, words }) => words.join(' ') !== before.get(name)?.words.join(' '))
  const gone = settingsOf(first).filter(({ name }) => !now.has(name))
  const differs = [
    ...changed.map(renderSetting),
    ...gone.filter(({ words }) => words.length > 0).map(({ name }) => `  without ${name}`),
  ]
  const none = one.role === 'server' ? '  the same server as the first' : '  the same as the first'
  return [...(differs.length === 0 ? [none] : differs), '', renderCommandOf(one)].join('\n')
}

/** Which one it is, where there are several. */
function headOf({ role, count, gpus }: ExplainedProcess, { processes }: Shape): string {
  if (processes.length === 1) return ''
  return `\n  ${role}${count === 1 ? '' : `, ${count} of them`}${gpus === 0 ? '' : `, ${gpus} GPUs${count === 1 ? '' : ' each'}`}`
}

function renderCommandOf({ argv, env }: ExplainedProcess): string {
  return quoteCommand(argv, env, { width, indent: '  ' })
}

function settingsOf({ flags, variables }: ExplainedProcess): readonly ExplainedSetting[] {
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
