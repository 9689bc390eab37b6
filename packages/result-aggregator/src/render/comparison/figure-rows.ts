import { changeText, intervalChangeText } from '../../comparison/change-text.ts'
import { noRatioWords } from '../../comparison/no-ratio-words.ts'
import type { ComparedFigure, RunComparison } from '../../result/run-comparison.ts'
import { formatNumber, formatShare } from '../report/client/format-number.ts'

/** A figure as a table has it. */
export interface FigureRow {
  readonly title: string
  readonly a: string
  readonly b: string
  readonly change: string
  readonly interval: string
  readonly verdict: string
}

/** The figures of a table, those of them that were compared, in the order of the table; of rates those per GPU where they are known. */
export function figureRows({ figures }: Pick<RunComparison, 'figures'>): FigureRow[] {
  const named = new Map(figures.map((figure) => [figure.name, figure]))
  return Object.entries(titles).flatMap(([name, title]) => {
    const figure = named.get(name)
    return figure && !named.has(`${name}_per_gpu`) ? [rowOf(title, figure)] : []
  })
}

/** Of every figure, by the name that gates take. */
export function allFigureRows({ figures }: Pick<RunComparison, 'figures'>): FigureRow[] {
  return figures.map((figure) => rowOf(figure.name, figure))
}

function rowOf(title: string, figure: ComparedFigure): FigureRow {
  const value = (of: number | undefined) => (figure.kind === 'difference' ? formatShare(of) : formatNumber(of))
  return {
    title,
    a: value(figure.a),
    b: value(figure.b),
    change: figure.value === undefined ? '-' : changeText(figure, figure.value),
    interval: intervalChangeText(figure) || '-',
    verdict: verdictText(figure),
  }
}

function verdictText({ verdict, better, notEstimable }: ComparedFigure): string {
  if (verdict === 'cannot tell') return `cannot tell: ${noRatioWords[notEstimable ?? 'not-measured']}`
  if (verdict === 'no difference') return verdict
  return (verdict === 'higher') === (better === 'more') ? 'B better' : 'B worse'
}

const titles: Readonly<Record<string, string>> = {
  output: 'output tokens/s',
  output_per_gpu: 'output tokens/s per GPU',
  total: 'total tokens/s',
  total_per_gpu: 'total tokens/s per GPU',
  requests_per_s: 'requests/s',
  'ttft.turns': 'TTFT, typical turn',
  'ttft.p50': 'TTFT p50, ms',
  'ttft.p90': 'TTFT p90, ms',
  'ttft.p99': 'TTFT p99, ms',
  'tpot.turns': 'TPOT, typical turn',
  'tpot.p50': 'TPOT p50, ms',
  'tpot.p90': 'TPOT p90, ms',
  'interactivity.p90': 'p90 interactivity, tokens/s',
  'e2e.turns': 'E2E, typical turn',
  'e2e.p50': 'E2E p50, ms',
  'e2e.p90': 'E2E p90, ms',
  hit_rate: 'cache hits',
}
