import type { ECharts, EChartsOption } from 'echarts'
import { actionButton } from './action-button.ts'
import { chartCsv } from './chart-csv.ts'
import { chartSvg } from './chart-svg.ts'
import { type LegendEntry, legendSign } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import { fileName, saveFile, savePicture } from './save-file.ts'
import { element, type TipContent, tipElement, tipText } from './tip-content.ts'

/** What a chart shows in a theme. Every datum of a series carries its own tip. */
export interface Drawing {
  readonly option: EChartsOption
  readonly legend: readonly LegendEntry[]
  /** Height in pixels where the content decides it. */
  readonly heightPx?: number
}

/** The event of the document by which a run is chosen; its detail is the index of the run. */
export const CHOOSE_RUN = 'reprise-choose-run'

/** A datum that can be hovered, walked to with the arrow keys, and opened. */
export interface Datum {
  readonly value: readonly number[]
  readonly tip: () => TipContent
  /** Index of the run that it opens. */
  readonly run?: number
}

/** A chart of the page with its legend: switches series, walks with the arrow keys, opens what was clicked. */
export class ChartPanel {
  readonly place: HTMLElement
  readonly #renderer: 'svg' | 'canvas'
  #made: ECharts | undefined
  readonly #legend: HTMLElement
  readonly #spoken: HTMLElement
  readonly #hidden = new Set<string>()
  #drawing: Drawing | undefined
  #walked = -1

  /** `undefined` where the page has no such chart, since there is nothing to draw. */
  static at(id: string, renderer: 'svg' | 'canvas' = 'svg'): ChartPanel | undefined {
    const place = document.getElementById(id)
    return place ? new ChartPanel(place, renderer) : undefined
  }

  private constructor(place: HTMLElement, renderer: 'svg' | 'canvas') {
    this.place = place
    this.#renderer = renderer
    this.#legend = document.getElementById(`${place.id}-legend`)!
    this.#spoken = document.getElementById(`${place.id}-spoken`)!
    place.addEventListener('keydown', (event) => this.#key(event))
    place.addEventListener('blur', () => this.chart.dispatchAction({ type: 'hideTip' }))
    this.#offerFiles()
  }

  /** Buttons beside the title that save what is drawn, as a picture and as figures. */
  #offerFiles(): void {
    const title = this.place.getAttribute('aria-label') ?? 'chart'
    const heading = this.place.closest('figure')?.querySelector('h3')
    heading?.after(
      element(
        'p',
        { class: 'tools' },
        actionButton('PNG', `PNG of the chart: ${title}`, () => savePicture(fileName(title, 'png'), this.#svg(title))),
        actionButton('SVG', `SVG of the chart: ${title}`, () =>
          saveFile(fileName(title, 'svg'), 'image/svg+xml', this.#svg(title)),
        ),
        actionButton('CSV', `CSV of the chart: ${title}`, () =>
          saveFile(fileName(title, 'csv'), 'text/csv', chartCsv(this.#drawing?.option ?? {})),
        ),
      ),
    )
  }

  #svg(title: string): string {
    const { option = {}, legend = [] } = this.#drawing ?? {}
    const { width, height } = this.place.getBoundingClientRect()
    const style = getComputedStyle(this.place)
    const colours = { ink: style.color, paper: getComputedStyle(document.body).backgroundColor }
    const basis = this.place.closest('figure')?.querySelector('.basis')?.textContent ?? ''
    return chartSvg(echarts, { option, legend, title, basis, widthPx: width, heightPx: height, ...colours })
  }

  /** Made when it is first asked for: a page with many charts is there sooner. */
  get chart(): ECharts {
    if (!this.#made) {
      this.#made = echarts.init(this.place, undefined, { renderer: this.#renderer })
      this.#made.on('click', ({ data }) => open(data))
    }
    return this.#made
  }

  draw(drawing: Drawing): void {
    this.#drawing = drawing
    this.#walked = -1
    const { option, legend, heightPx } = drawing
    if (heightPx !== undefined) this.place.style.height = `${heightPx}px`
    this.chart.resize()
    const switches = legend.filter(({ fixed }) => !fixed)
    const selected = Object.fromEntries(switches.map(({ name }) => [name, !this.#hidden.has(name)]))
    const names = switches.map(({ name }) => name)
    this.chart.setOption({ ...option, legend: { show: false, data: names, selected } }, { notMerge: true })
    this.#legend.replaceChildren(...legend.map((entry) => this.#legendItem(entry)))
  }

  #legendItem(entry: LegendEntry): HTMLElement {
    if (entry.fixed) return element('span', { class: 'key' }, legendSign(entry), entry.name)
    const item = element('button', { type: 'button' }, legendSign(entry), entry.name)
    const show = () => item.setAttribute('aria-pressed', String(!this.#hidden.has(entry.name)))
    item.addEventListener('click', () => {
      if (!this.#hidden.delete(entry.name)) this.#hidden.add(entry.name)
      this.chart.dispatchAction({ type: 'legendToggleSelect', name: entry.name })
      show()
    })
    show()
    return item
  }

  #key(event: KeyboardEvent): void {
    const data = this.#data()
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') open(data[this.#walked]?.datum)
    if (event.key === 'Escape') this.chart.dispatchAction({ type: 'hideTip' })
    if (step === undefined || data.length === 0) return
    event.preventDefault()
    this.#walked = (this.#walked + step + data.length) % data.length
    const { seriesIndex, dataIndex, datum } = data[this.#walked]!
    this.chart.dispatchAction({ type: 'showTip', seriesIndex, dataIndex })
    this.#spoken.textContent = tipText(datum.tip())
  }

  /** Everything that can be walked to, as it stands in the series that are shown. */
  #data(): { seriesIndex: number; dataIndex: number; datum: Datum }[] {
    const all = (this.#drawing?.option.series ?? []) as readonly { name?: string; data?: readonly unknown[] }[]
    return all.flatMap(({ name, data = [] }, seriesIndex) =>
      this.#hidden.has(name ?? '')
        ? []
        : data.flatMap((datum, dataIndex) => (isDatum(datum) ? [{ seriesIndex, dataIndex, datum }] : [])),
    )
  }
}

/** The parts that all charts have in common. */
export function baseOption(theme: PageTheme): EChartsOption {
  return {
    animation: false,
    // Without quotes: the chart library puts them into an attribute of its SVG as they are, and such a file is none.
    textStyle: { fontFamily: 'system-ui, Segoe UI, Roboto, Arial, DejaVu Sans, sans-serif', color: theme.ink },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: theme.paper,
      borderColor: theme.line,
      textStyle: { color: theme.ink },
      formatter: (params: unknown) => {
        const datum = Array.isArray(params) ? undefined : (params as { data?: unknown }).data
        return isDatum(datum) ? tipElement(datum.tip()) : ''
      },
    },
  }
}

/** An axis in the page's manner: hairlines, small soft numbers, its name in the middle. */
export function axisStyle(theme: PageTheme, name: string, nameGap = 30) {
  return {
    name,
    nameLocation: 'middle' as const,
    nameGap,
    nameTextStyle: { color: theme.soft, fontSize: 12 },
    axisLabel: { color: theme.soft, fontSize: 11.5, hideOverlap: true },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { lineStyle: { color: theme.line } },
    splitLine: { lineStyle: { color: theme.line, opacity: 0.55 } },
    minorTick: { show: false },
  }
}

function open(datum: unknown): void {
  if (isDatum(datum) && datum.run !== undefined)
    document.dispatchEvent(new CustomEvent(CHOOSE_RUN, { detail: datum.run }))
}

function isDatum(value: unknown): value is Datum {
  return typeof value === 'object' && value !== null && 'tip' in value
}
