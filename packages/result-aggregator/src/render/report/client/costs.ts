import { ChartPanel } from './chart-panel.ts'
import { chosen } from './chosen.ts'
import type { DrawnPart } from './drawn-part.ts'
import type { PercentileName, ReportData, ReportMark, ThroughputName } from './report-data.ts'
import { drawCost } from './tradeoff-chart.ts'

/** The chart of costs, over the prices that stand in the page: it follows them as they are changed. */
export function startCosts(data: ReportData): DrawnPart[] {
  const panel = ChartPanel.at('chart-cost')
  if (!panel) return []
  const priceOf = ({ hardware = '' }: ReportMark) => {
    const basis = chosen('cost-basis', 'own')
    const inputs = [...document.querySelectorAll<HTMLInputElement>('#prices input')]
    const input = inputs.find(({ dataset }) => dataset.hardware === hardware && dataset.basis === basis)
    return Number(input?.value) || undefined
  }
  return [
    {
      panel,
      draw: (theme) => {
        const tokens = chosen<ThroughputName>('cost-tokens', 'output')
        const percentile = chosen<PercentileName>('cost-percentile', 'p90')
        return drawCost(data, { tokens, percentile, priceOf }, theme)
      },
      choices: ['cost-basis', 'cost-tokens', 'cost-percentile', 'prices'],
    },
  ]
}
