import { printable } from '@reprise/safe-text'
import type { Problem } from './problem.ts'

/** For a terminal: one line per problem, `file:line:column: error: what is wrong; what to write instead`, and a count. */
export function renderProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return ''
  const lines = problems.map((problem) => {
    const where = problem.place === undefined ? '' : `${renderPlace(problem.place)}: `
    return `${where}${problem.severity}: ${text(problem)}\n`
  })
  return `${lines.join('')}${count(problems)}\n`
}

/**
 * For a GitHub log: one workflow command per problem, which GitHub shows at the line of the pull request.
 *
 * Source: docs.github.com, "Workflow commands": `%`, CR and LF are escaped in the text, `:` and `,` in properties too.
 */
export function renderAnnotations(problems: readonly Problem[]): string {
  return problems.map((problem) => `${annotation(problem)}\n`).join('')
}

const levels = { error: 'error', warning: 'warning', note: 'notice' } as const

function annotation(problem: Problem): string {
  const { place } = problem
  const properties =
    place === undefined
      ? [`title=${escapeProperty(problem.code)}`]
      : [
          `file=${escapeProperty(printable(place.file, 300))}`,
          `line=${place.line}`,
          `col=${place.column}`,
          `title=${escapeProperty(problem.code)}`,
        ]
  return `::${levels[problem.severity]} ${properties.join(',')}::${escapeText(text(problem))}`
}

function renderPlace(place: NonNullable<Problem['place']>): string {
  return `${printable(place.file, 300)}:${place.line}:${place.column}`
}

function text(problem: Problem): string {
  return problem.cure === undefined ? problem.message : `${problem.message}; ${problem.cure}`
}

function count(problems: readonly Problem[]): string {
  const parts = (['error', 'warning', 'note'] as const)
    .map((severity) => ({ severity, n: problems.filter((problem) => problem.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}${n === 1 ? '' : 's'}`)
  return parts.join(', ')
}

function escapeText(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(value: string): string {
  return escapeText(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
