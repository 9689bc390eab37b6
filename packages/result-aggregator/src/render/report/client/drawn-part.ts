import type { ChartPanel, Drawing } from './chart-panel.ts'
import type { PageTheme } from './page-theme.ts'

/** A chart of the page, how it is drawn, and the ids of what it follows. */
export interface DrawnPart {
  readonly panel: ChartPanel
  readonly draw: (theme: PageTheme) => Drawing
  readonly choices?: readonly string[]
}
