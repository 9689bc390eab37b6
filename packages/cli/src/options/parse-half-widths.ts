import { type BudgetGoal, SloName } from '@reprise/result-aggregator/run'
import { InvalidArgumentError } from 'commander'
import { parsePercentile } from './parse-percentile.ts'

/** Figures and how exactly they are wanted, as in `ttft_p90=10%,tpot_p50=5%,output=5%`. @throws InvalidArgumentError */
export function parseHalfWidths(text: string): BudgetGoal[] {
  return text.split(',').map(parseGoal)
}

function parseGoal(text: string): BudgetGoal {
  const [, figure, share] = /^([^=]+)=\s*(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? []
  const halfWidthShare = Number(share) / 100
  if (figure === undefined || !(halfWidthShare > 0))
    throw new InvalidArgumentError(
      `Write figures and half of their intervals as a share of them, as in ttft_p90=10%,output=5%; there are output and percentiles of ${SloName.options.join(', ')}.`,
    )
  if (figure.trim() === 'output') return { metric: 'output', halfWidthShare }
  return { ...parsePercentile(figure, SloName.options), halfWidthShare }
}
