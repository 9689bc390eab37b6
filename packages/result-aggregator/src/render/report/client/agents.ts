import { drawAgents } from './agents-chart.ts'
import type { SloTier } from './agents-within.ts'
import { ChartPanel } from './chart-panel.ts'
import { chosen } from './chosen.ts'
import type { DrawnPart } from './drawn-part.ts'
import type { PercentileName, ReportData } from './report-data.ts'

/** The chart of agents within tiers, over the tiers that stand in the page: it follows them as they are changed. */
export function startAgents(data: ReportData): DrawnPart[] {
  const panel = ChartPanel.at('chart-agents')
  if (!panel) return []
  return [
    {
      panel,
      draw: (theme) =>
        drawAgents(
          data,
          { tiers: tiersOfPage(), percentile: chosen<PercentileName>('agents-percentile', 'p90') },
          theme,
        ),
      choices: ['agents-percentile', 'tiers'],
    },
  ]
}

/** A field that is empty asks for nothing. */
function tiersOfPage(): SloTier[] {
  return [...document.querySelectorAll<HTMLTableRowElement>('#tiers tbody tr')].map((row) => {
    const [ttftS, speed] = [...row.querySelectorAll('input')].map(({ value }) => Number(value))
    return {
      name: row.querySelector('th')?.textContent ?? '',
      ttftMs: ttftS ? ttftS * 1000 : Number.POSITIVE_INFINITY,
      interactivity: speed || 0,
    }
  })
}
