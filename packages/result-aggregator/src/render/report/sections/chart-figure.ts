import { type Html, html } from '../../html.ts'

/** What a chart rests on: as it is known when the page is written, or of whichever run is chosen, which the page's script fills in. */
export type ChartBasis = string | { readonly estimator: string; readonly of?: 'measured' | 'sent' }

/**
 * The place of a chart, an application to screen readers, so that they leave it the arrow keys. The page's script draws into it and fills the
 * legend; `about` says what is to be seen and how it was computed, `basis` what it rests on.
 */
export function chartFigure(options: {
  readonly id: string
  readonly title: string
  readonly about: Html | string
  /** In place of the chart, where there is nothing to draw. */
  readonly absent?: string | false
  readonly basis?: ChartBasis
}): Html {
  const { id, title, about, absent, basis } = options
  const body = absent
    ? html`<p class="absent">${absent}</p>`
    : html`<div class="legend" id="${id}-legend" role="group" aria-label="Series of ${title}"></div>
<div class="chart" id="${id}" tabindex="0" role="application" aria-roledescription="chart" aria-label="${title}" aria-describedby="${id}-about"></div>
<p class="spoken" id="${id}-spoken" aria-live="polite"></p>`
  return html`<figure><h3>${title}</h3>${body}<figcaption id="${id}-about">${about}${absent ? '' : basisLine(basis)}</figcaption></figure>`
}

function basisLine(basis: ChartBasis | undefined): Html {
  if (basis === undefined) return html``
  if (typeof basis === 'string') return html` <span class="basis">${basis}</span>`
  return html` <span class="basis" data-estimator="${basis.estimator}" data-of="${basis.of ?? 'measured'}"></span>`
}
