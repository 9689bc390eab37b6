/** A series in the legend, or a key that cannot be switched off. */
export interface LegendEntry {
  readonly name: string
  readonly colour: string
  readonly symbol: LegendSymbol
  readonly hollow?: boolean
  readonly dashed?: boolean
  /** Explains a mark; there is no series behind it. */
  readonly fixed?: boolean
}

export type LegendSymbol = 'circle' | 'triangle' | 'rect' | 'diamond' | 'arrow' | 'line' | 'tall' | 'low' | 'band'

/** Marks that differ in shape, so that colour never carries a difference alone. */
export const seriesSymbols = ['circle', 'triangle', 'rect', 'diamond', 'arrow'] as const

/** Draws an entry's sign. */
export function legendSign({ colour, symbol, hollow, dashed }: LegendEntry): SVGElement {
  const sign = svgElement('svg', { width: '22', height: '12', viewBox: '0 0 22 12', 'aria-hidden': 'true' })
  const lined = symbol !== 'tall' && symbol !== 'low' && symbol !== 'band'
  if (lined) {
    sign.append(
      svgElement('path', {
        d: 'M0 6H22',
        stroke: colour,
        'stroke-width': '1.5',
        ...(dashed && { 'stroke-dasharray': '4 3' }),
      }),
    )
  }
  if (symbol !== 'line') {
    sign.append(
      svgElement('path', {
        d: shapes[symbol],
        fill: hollow ? 'var(--paper)' : colour,
        stroke: colour,
        'stroke-width': '1.5',
      }),
    )
  }
  return sign
}

const shapes: Record<Exclude<LegendSymbol, 'line'>, string> = {
  circle: 'M7.5 6a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0',
  triangle: 'M11 2L15 9.5H7Z',
  rect: 'M8 3H14V9H8Z',
  diamond: 'M11 1.5L15 6L11 10.5L7 6Z',
  arrow: 'M11 2L15 10L11 8L7 10Z',
  tall: 'M3 1H19V11H3Z',
  low: 'M3 5H19V8H3Z',
  band: 'M1 1H21V11H1Z',
}

function svgElement(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
