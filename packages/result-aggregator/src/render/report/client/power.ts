import { ChartPanel } from './chart-panel.ts'
import { chosen } from './chosen.ts'
import type { DrawnPart } from './drawn-part.ts'
import { drawPower, type PowerChoice } from './power-chart.ts'
import type { PercentileName, ReportData, ReportMark, ThroughputName } from './report-data.ts'

/** The chart of power, as it was measured or over what stands in the page: it follows that as it is changed. */
export function startPower(data: ReportData): DrawnPart[] {
  const panel = ChartPanel.at('chart-power')
  if (!panel) return []
  const wattsOf = (mark: ReportMark) =>
    chosen('power-basis', 'measured') === 'measured' ? mark.figures.meanW : provisionedW(mark)
  return [
    {
      panel,
      draw: (theme) =>
        drawPower(
          data,
          {
            figure: chosen<PowerChoice['figure']>('power-figure', 'joules'),
            tokens: chosen<ThroughputName>('power-tokens', 'output'),
            percentile: chosen<PercentileName>('power-percentile', 'p90'),
            wattsOf,
          },
          theme,
        ),
      choices: ['power-figure', 'power-basis', 'power-tokens', 'power-percentile', 'powers'],
    },
  ]
}

function provisionedW({ hardware = '', gpus }: ReportMark): number | undefined {
  const inputs = [...document.querySelectorAll<HTMLInputElement>('#powers input')]
  const kw = Number(inputs.find(({ dataset }) => dataset.hardware === hardware)?.value)
  return kw > 0 && gpus !== undefined ? kw * 1000 * gpus : undefined
}
