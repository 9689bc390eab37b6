import { type CorpusSamples, quantileCurve, quantities } from '@reprise/trace'
import { type Html, html } from '../html.ts'
import { chartFigure } from '../report/sections/chart-figure.ts'
import type { CurveChart } from './client/curve-data.ts'

/** Corpora by the names that they have on the page. */
export type NamedSamples = readonly { readonly name: string; readonly samples: CorpusSamples }[]

export type QuantityName = keyof typeof quantities
export const quantityNames = Object.keys(quantities) as QuantityName[]

/** The quantities of which one corpus at least has several values; what is one number alone makes no curve. */
export function drawnQuantities(corpora: NamedSamples): QuantityName[] {
  return quantityNames.filter((name) => corpora.some(({ samples }) => samples[name].length > 1))
}

/** A chart for each quantity: the share of values up to each, a line for every corpus. */
export function distributionCharts(corpora: NamedSamples): CurveChart[] {
  return drawnQuantities(corpora).map((name) => ({
    id: chartId(name),
    xTitle: quantities[name].title,
    yTitle: 'share of values up to there',
    xUnit: quantities[name].unit,
    yUnit: 'share',
    curves: corpora
      .filter(({ samples }) => samples[name].length > 0)
      .map((corpus) => ({
        name: corpus.name,
        points: withoutFarEnds(quantileCurve(corpus.samples[name])),
      })),
  }))
}

/** On an even axis a far end would press all others together: it is left out, and that is said. */
function withoutFarEnds(curve: readonly number[]): (readonly [value: number, share: number])[] {
  const points = curve.map((value, percent) => [value, percent / 100] as const)
  return hasFarEnd(curve) ? points.slice(1, -1) : points
}

function hasFarEnd(curve: readonly number[]): boolean {
  const [least, low, high, most] = [curve[0]!, curve[1]!, curve[99]!, curve[100]!]
  const isLogarithmic = least > 0 && most / least > 30
  return !isLogarithmic && most - least > 10 * (high - low)
}

function cutRemark(name: QuantityName, corpora: NamedSamples): string {
  const isCut = corpora.some(({ samples }) => samples[name].length > 0 && hasFarEnd(quantileCurve(samples[name])))
  return isCut ? ' The lowest and the highest hundredth lie beyond the picture.' : ''
}

/** Their places; `remarkOf` adds to what is said of one. */
export function distributionFigures(corpora: NamedSamples, remarkOf: (name: QuantityName) => string): Html {
  const figures = drawnQuantities(corpora).map((name) => {
    const { title, per, about } = quantities[name]
    return chartFigure({
      id: chartId(name),
      title,
      about: `One for each ${per}. ${about}${cutRemark(name, corpora)}${remarkOf(name)}`,
    })
  })
  return html`<div class="triple">${figures}</div>`
}

function chartId(name: QuantityName): string {
  return `chart-${name}`
}
