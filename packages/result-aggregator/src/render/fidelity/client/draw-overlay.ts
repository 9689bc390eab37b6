import type { CustomSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from '../../report/client/chart-panel.ts'
import type { PageTheme } from '../../report/client/page-theme.ts'
import type { TipContent } from '../../report/client/tip-content.ts'
import type { FidelityPageData, OverlaidRequest, OverlaidSession } from './overlay-data.ts'

const BAR_PX = 7
/** Two bars and what lies between sessions. */
const SESSION_PX = 2 * BAR_PX + 6
const LABEL_CHARS = 24

/** Of each session two rows, what was captured over what was replayed: hollow bars over filled ones, tall until the first token and low behind it. */
export function drawOverlay({ names, sessions }: FidelityPageData, theme: PageTheme): Drawing {
  const heightPx = Math.max(1, sessions.length) * SESSION_PX
  const latestMs = latestOf(sessions)
  const colours = [theme.series[0]!, theme.series[1]!] as const
  const time = axisStyle(theme, 'since the beginning of each')
  return {
    heightPx: heightPx + 70,
    legend: names.map((name, side) => ({
      name,
      colour: colours[side]!,
      symbol: 'tall' as const,
      ...(side === 0 && { hollow: true }),
    })),
    option: {
      ...baseOption(theme),
      grid: { left: 170, right: 16, top: 12, height: heightPx },
      xAxis: {
        ...time,
        type: 'value',
        min: 0,
        max: latestMs,
        axisLabel: { ...time.axisLabel, formatter: overlaySeconds, showMaxLabel: false },
      },
      yAxis: {
        ...axisStyle(theme, ''),
        type: 'value',
        inverse: true,
        min: 0,
        max: heightPx,
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          color: theme.soft,
          fontSize: 11,
          customValues: sessions.map((_, row) => row * SESSION_PX + BAR_PX),
          formatter: (value: number) => shortName(sessions[Math.round((value - BAR_PX) / SESSION_PX)]?.name ?? ''),
        },
      },
      dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' }],
      series: names.map((name, side) =>
        overlaySeries({ name, side: side as 0 | 1, names, sessions, colour: colours[side]!, theme }),
      ),
    },
  }
}

interface OverlaySide {
  readonly name: string
  readonly side: 0 | 1
  readonly names: FidelityPageData['names']
  readonly sessions: readonly OverlaidSession[]
  readonly colour: string
  readonly theme: PageTheme
}

function overlaySeries({ name, side, names, sessions, colour, theme }: OverlaySide): CustomSeriesOption {
  const bars = sessions.flatMap((session, row) => {
    const [own, other] = side === 0 ? [session.a, session.b] : [session.b, session.a]
    const partners = new Map(other.map((request) => [request[0], request]))
    return own.map((request) => ({
      request,
      topPx: row * SESSION_PX + side * (BAR_PX + 1),
      tip: () => overlayTip({ session, request, partner: partners.get(request[0]), names, side }),
    }))
  })
  return {
    type: 'custom',
    name,
    clip: true,
    encode: { x: [0, 1], y: 2 },
    data: bars.map(({ request, topPx, tip }) => ({ value: [request[1], endOfBar(request), topPx], tip })),
    renderItem: ({ dataIndex }, api) => {
      const { request, topPx } = bars[dataIndex]!
      const [, startMs, firstTokenMs, , outcome] = request
      const at = (ms: number) => api.coord([ms, topPx]) as [number, number]
      const shape = (fromMs: number, toMs: number, heightPx: number) => {
        const [x, y] = at(fromMs)
        return { x, y: y + (BAR_PX - heightPx) / 2, width: Math.max(1.5, at(toMs)[0] - x), height: heightPx }
      }
      const stroke = outcome === 'ok' || outcome === '' ? colour : theme.failed
      const style = { fill: side === 0 || stroke !== colour ? theme.paper : colour, stroke, lineWidth: 1 }
      const waitedMs = firstTokenMs < 0 ? endOfBar(request) : firstTokenMs
      return {
        type: 'group',
        children: [
          { type: 'rect', shape: shape(startMs, waitedMs, BAR_PX), style },
          { type: 'rect', shape: shape(waitedMs, endOfBar(request), 3), style },
        ],
      }
    },
  }
}

function endOfBar([, startMs, firstTokenMs, endMs]: OverlaidRequest): number {
  return Math.max(startMs, firstTokenMs, endMs)
}

function latestOf(sessions: readonly OverlaidSession[]): number {
  let latest = 1
  for (const { a, b } of sessions) for (const request of [...a, ...b]) latest = Math.max(latest, endOfBar(request))
  return latest
}

function overlayTip({
  session,
  request,
  partner,
  names,
  side,
}: {
  readonly session: OverlaidSession
  readonly request: OverlaidRequest
  readonly partner: OverlaidRequest | undefined
  readonly names: FidelityPageData['names']
  readonly side: 0 | 1
}): TipContent {
  const [turn, startMs, , , outcome] = request
  const took = (of: OverlaidRequest) => (of[3] < 0 ? 'not known' : overlayTime(of[3] - of[1]))
  return {
    title: `${session.name} turn ${turn}, ${names[side]}`,
    lines: [
      ['begins', overlayTime(startMs)],
      ['takes', took(request)],
      ...(outcome === '' ? [] : [['ends', outcome] as const]),
      ...(partner
        ? [[`${names[1 - side]} begins`, overlayTime(partner[1])] as const, ['takes there', took(partner)] as const]
        : []),
    ],
    ...(!partner && { remark: `not in ${names[1 - side]}` }),
  }
}

function overlaySeconds(ms: number): string {
  return ms === 0 ? '0' : `${(ms / 1_000).toLocaleString('en-US')} s`
}

function overlayTime(ms: number): string {
  return Math.abs(ms) >= 1000 ? `${(ms / 1000).toFixed(3)} s` : `${ms.toFixed(1)} ms`
}

function shortName(name: string): string {
  return name.length <= LABEL_CHARS ? name : `${name.slice(0, 8)}…${name.slice(8 + 1 - LABEL_CHARS)}`
}
