import { printable } from '@reprise/safe-text'
import type { ComparedSide, RunComparison } from '../../result/run-comparison.ts'
import { textTable } from '../traces/text-table.ts'
import { methodText, sidesText, turnsText } from './comparison-text.ts'
import { type FigureRow, figureRows } from './figure-rows.ts'

/** Two sides for a terminal: what was set up otherwise first, then the figures, and in a sentence what they show last. */
export function renderRunComparison(comparison: RunComparison): string {
  const { a, b, configuration, work, cautions, turns, gates = [], sentence } = comparison
  const differences = [
    ...sidesText(configuration).map((line) => `differs: ${line}`),
    ...sidesText(work).map((line) => `other work, accepted: ${line}`),
    ...cautions,
  ]
  return [
    `A: ${sideText(a)}\nB: ${sideText(b)}\n`,
    lines(differences),
    lines([methodText(comparison), ...(turns ? [`Turns: ${turnsText(turns)}`] : [])]),
    tableText(figureRows(comparison)),
    lines(gates.map(({ gate, outcome, reason }) => `${outcome}: ${gate} (${reason})`)),
    `${printable(sentence, 2000)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function sideText({ runs }: ComparedSide): string {
  return runs.map(({ name, seed }) => `${printable(name, 200)} (seed ${seed})`).join(', ')
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${printable(line, 600)}\n`).join('')
}

function tableText(rows: readonly FigureRow[]): string {
  if (rows.length === 0) return ''
  const figures = textTable([
    ['', 'A', 'B', 'change', '95 % interval'],
    ...rows.map(({ title, a, b, change, interval }) => [title, a, b, change, interval]),
  ])
  const verdicts = ['verdict', ...rows.map(({ verdict }) => verdict)]
  return figures
    .trimEnd()
    .split('\n')
    .map((line, i) => `${line}  ${verdicts[i]!}\n`)
    .join('')
}
