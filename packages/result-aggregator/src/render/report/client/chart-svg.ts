import type { EChartsOption, LegendComponentOption } from 'echarts'
import type { LegendEntry } from './legend-entry.ts'

const LEGEND_PX = 26

/** What a chart is drawn with. */
interface Picture {
  readonly option: EChartsOption
  readonly legend: readonly LegendEntry[]
  readonly title: string
  readonly widthPx: number
  readonly heightPx: number
  readonly ink: string
  readonly paper: string
}

/** A chart as a picture that stands alone, with its title above and its legend below. */
export function chartSvg(library: Pick<typeof import('echarts'), 'init'>, picture: Picture): string {
  const { option, legend, title, widthPx, heightPx, ink, paper } = picture
  const height = heightPx + 2 * LEGEND_PX
  const chart = library.init(null, undefined, { renderer: 'svg', ssr: true, width: widthPx, height })
  const shown: LegendComponentOption = {
    show: true,
    type: 'scroll',
    bottom: 2,
    data: legend.filter(({ fixed }) => !fixed).map(({ name }) => name),
    textStyle: { color: ink },
  }
  chart.setOption({
    ...option,
    animation: false,
    backgroundColor: paper,
    grid: moved(option.grid, heightPx),
    title: { text: title, left: 8, top: 4, textStyle: { color: ink, fontSize: 14 } },
    legend: shown,
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

function moved(grid: EChartsOption['grid'], heightPx: number): EChartsOption['grid'] {
  const one = (Array.isArray(grid) ? grid[0] : grid) ?? {}
  const top = Number(one.top ?? 0)
  const bottom = Number(one.bottom ?? 0)
  return { ...one, top: top + LEGEND_PX, height: one.height ?? heightPx - top - bottom }
}
