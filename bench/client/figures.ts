import { quantile } from '@reprise/trace/quantile'

export interface Figure {
  readonly name: string
  /** One for each round; their median is told. */
  readonly values: readonly (number | undefined)[]
  readonly unit: string
  /** Absent: the figure is reported only. */
  readonly budget?: { readonly atMost: number } | { readonly atLeast: number }
}

/** One line: the median of the rounds, the budget, whether it is kept, and every round's value. */
export function renderFigure({ name, values, unit, budget }: Figure): string {
  const measured = values.filter((value) => value !== undefined)
  const median = quantile(
    measured.toSorted((a, b) => a - b),
    0.5,
  )
  if (median === undefined) return `  ${name.padEnd(58)} not measured`
  const told = budget
    ? `  ${budgetOf(budget).padStart(10)}  ${isKept(median, budget) ? 'ok  ' : 'over'}`
    : '                  '
  const rounds = measured.length > 1 ? `  rounds ${measured.map(shown).join(' ')}` : ''
  return `  ${name.padEnd(58)} ${`${shown(median)} ${unit}`.padStart(13)}${told}${rounds}`
}

function budgetOf(budget: NonNullable<Figure['budget']>): string {
  return 'atMost' in budget ? `<= ${shown(budget.atMost)}` : `>= ${shown(budget.atLeast)}`
}

function isKept(value: number, budget: NonNullable<Figure['budget']>): boolean {
  return 'atMost' in budget ? value <= budget.atMost : value >= budget.atLeast
}

function shown(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
