import type { EChartsOption, LegendComponentOption } from 'echarts'
import type { LegendEntry } from './legend-entry.ts'

const LEGEND_PX = 26
/** Without a page the library guesses how wide words are, and may guess too little. */
const SURE = 0.82
/** Two lines of it. */
const BASIS_PX = 30

/** What a chart is drawn with. */
interface Picture {
  readonly option: EChartsOption
  readonly legend: readonly LegendEntry[]
  readonly title: string
  /** What it rests on, in a line below the title; may be empty. */
  readonly basis?: string
  readonly widthPx: number
  readonly heightPx: number
  readonly ink: string
  readonly paper: string
}

/** A chart as a picture that stands alone, with its title above and its legend below. */
export function chartSvg(library: Pick<typeof import('echarts'), 'init'>, picture: Picture): string {
  const { option, legend, title, basis = '', widthPx, heightPx, ink, paper } = picture
  const topPx = basis === '' ? LEGEND_PX : LEGEND_PX + BASIS_PX
  const height = heightPx + topPx + LEGEND_PX
  const chart = library.init(null, undefined, { renderer: 'svg', ssr: true, width: widthPx, height })
  const shown: LegendComponentOption = {
    show: true,
    type: 'scroll',
    itemGap: 28,
    bottom: 2,
    data: legend.filter(({ fixed }) => !fixed).map((entry) => legendItem(entry, paper)),
    textStyle: { color: ink },
  }
  chart.setOption({
    ...option,
    animation: false,
    backgroundColor: paper,
    grid: moved(option.grid, heightPx, topPx),
    title: {
      ...{ text: title, left: 8, top: 4, itemGap: 8, textStyle: { color: ink, fontSize: 14 } },
      ...{
        subtext: basis,
        subtextStyle: { color: ink, fontSize: 10, width: SURE * widthPx, overflow: 'break', lineHeight: 13 },
      },
    },
    legend: shown,
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Marks have colours of their own, which the library's legend does not look at. */
function legendItem({ name, colour, symbol, hollow }: LegendEntry, paper: string) {
  const itemStyle =
    symbol === 'line' ? { opacity: 0 } : { color: hollow ? paper : colour, borderColor: colour, borderWidth: 1.5 }
  return { name, itemStyle, lineStyle: { color: colour } }
}

function moved(grid: EChartsOption['grid'], heightPx: number, topPx: number): EChartsOption['grid'] {
  const one = (Array.isArray(grid) ? grid[0] : grid) ?? {}
  const top = Number(one.top ?? 0)
  const bottom = Number(one.bottom ?? 0)
  return { ...one, top: top + topPx, height: one.height ?? heightPx - top - bottom }
}
