import picocolors from 'picocolors'

/** A line of the live view and how it should strike the eye. */
export interface ViewLine {
  readonly text: string
  readonly tone: 'plain' | 'strong' | 'bad'
}

/** Lines that rewrite themselves on a terminal: says what to write, and writes nothing. */
export class LiveLines {
  readonly #tones: Record<ViewLine['tone'], (text: string) => string>
  /** How wide the lines on the screen are, the cursor in the last. */
  #shown: readonly number[] = []

  constructor({ color }: { readonly color: boolean }) {
    const { bold, red } = picocolors.createColors(color)
    this.#tones = { plain: (text) => text, strong: bold, bad: red }
  }

  /** Puts `lines`, as many as there are rows for, in the place of those shown. */
  draw(lines: readonly ViewLine[], { rows, columns }: { readonly rows: number; readonly columns?: number }): string {
    const view = lines.slice(0, Math.max(1, rows - 1))
    const text = this.erase(columns) + view.map((line) => this.#tones[line.tone](line.text)).join('\n')
    this.#shown = view.map((line) => line.text.length)
    return text
  }

  /** Goes back to the first line, and takes away everything from there. In a terminal that has become narrower, a line lies in several. */
  erase(columns = Number.POSITIVE_INFINITY): string {
    if (this.#shown.length === 0) return ''
    const rows = this.#shown.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    this.#shown = []
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`
  }
}
