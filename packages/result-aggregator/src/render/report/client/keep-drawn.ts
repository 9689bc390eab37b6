import { type PageTheme, startTheme } from './page-theme.ts'
import { startTables } from './table-tools.ts'
import { startTerms } from './terms.ts'

/** Draws every chart of a page, and again when the theme or the width changes; on paper everything is open but what is long. */
export function keepDrawn(draw: (theme: PageTheme) => void): void {
  const drawAll = () => draw(page.theme)
  const page = {
    theme: startTheme(document.getElementById('theme') as HTMLButtonElement, (theme) => {
      page.theme = theme
      drawAll()
    }),
  }
  addEventListener('resize', drawAll)
  addEventListener('beforeprint', () => {
    for (const table of document.querySelectorAll<HTMLDetailsElement>('details:not(.long)')) table.open = true
  })
  startTables()
  startTerms()
  drawAll()
  document.documentElement.dataset.ready = 'yes'
}
