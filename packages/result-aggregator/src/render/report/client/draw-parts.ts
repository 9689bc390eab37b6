import type { DrawnPart } from './drawn-part.ts'
import { hasMarks } from './has-marks.ts'
import type { PageTheme } from './page-theme.ts'

/**
 * Draws the charts of a page that have something to show, those in sight at once and the others one by one after that: a page with many charts can be used before all of them
 * are there. On paper all are drawn at once. The document is marked as drawn when none is left.
 */
export class PartsDrawer {
  readonly #parts: readonly DrawnPart[]
  readonly #stale = new Set<DrawnPart>()
  #theme: PageTheme | undefined
  #isWaiting = false

  constructor(parts: readonly DrawnPart[]) {
    this.#parts = parts
    for (const part of parts) {
      for (const id of part.choices ?? []) {
        document.getElementById(id)?.addEventListener('input', () => this.#draw(part))
      }
    }
  }

  /** All of them, in a theme. */
  draw(theme: PageTheme): void {
    this.#theme = theme
    this.redraw(this.#parts)
  }

  /** Some of them: what they show has changed. */
  redraw(parts: readonly DrawnPart[]): void {
    for (const part of parts) this.#stale.add(part)
    const onPaper = document.documentElement.dataset.paper === 'yes'
    for (const part of parts) if (onPaper || isInSight(part)) this.#draw(part)
    this.#later()
  }

  #draw(part: DrawnPart): void {
    if (!this.#theme) return
    this.#stale.delete(part)
    const drawing = part.draw(this.#theme)
    const isLacking = !hasMarks(drawing.option) && !canBeChosen(part)
    const figure = part.panel.place.closest('figure')
    if (figure) figure.hidden = isLacking
    if (!isLacking) part.panel.draw(drawing)
  }

  #later(): void {
    const [next] = this.#stale
    document.documentElement.dataset.drawn = next ? 'no' : 'yes'
    if (!next || this.#isWaiting) return
    this.#isWaiting = true
    requestAnimationFrame(() => {
      this.#isWaiting = false
      if (this.#stale.has(next)) this.#draw(next)
      this.#later()
    })
  }
}

/** Another choice of the page may show something. */
function canBeChosen({ choices = [] }: DrawnPart): boolean {
  return choices.some((id) => document.getElementById(id) !== null)
}

function isInSight({ panel }: DrawnPart): boolean {
  const { top, bottom } = panel.place.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}
