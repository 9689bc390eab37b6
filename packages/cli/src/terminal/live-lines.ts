import picocolors from 'picocolors'

/** A line of the live view and how it should strike the eye. */
export interface ViewLine {
  readonly text: string
  readonly tone: 'plain' | 'strong' | 'bad'
}

/** Lines that rewrite themselves on a terminal: says what to write, and writes nothing. */
export class LiveLines {
  readonly #tones: Record<ViewLine['tone'], (text: string) => string>
  /** Lines on the screen, the cursor in the last. */
  #shown = 0

  constructor({ color }: { readonly color: boolean }) {
    const { bold, red } = picocolors.createColors(color)
    this.#tones = { plain: (text) => text, strong: bold, bad: red }
  }

  /** Puts `lines`, as many as there are rows for, in the place of those shown. */
  draw(lines: readonly ViewLine[], { rows }: { readonly rows: number }): string {
    const view = lines.slice(0, Math.max(1, rows - 1))
    const text = this.erase() + view.map((line) => this.#tones[line.tone](line.text)).join('\n')
    this.#shown = view.length
    return text
  }

  /** Goes back to the first line, and takes away everything from there. */
  erase(): string {
    const up = this.#shown > 1 ? `\u001b[${this.#shown - 1}A` : ''
    const back = this.#shown === 0 ? '' : `\r${up}\u001b[J`
    this.#shown = 0
    return back
  }
}
