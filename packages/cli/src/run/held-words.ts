import type { Io } from '../terminal/io.ts'

/** Words of threads for stderr, which wait while this thread draws lines on a terminal anew and anew: written between those they would be lost. */
export class HeldWords {
  readonly #stderr: Io['stderr']
  readonly #held: string[] = []
  #isDrawn = false

  constructor(stderr: Io['stderr']) {
    this.#stderr = stderr
  }

  /** From here on something may be drawn. */
  hold(): void {
    this.#isDrawn = this.#stderr.isTTY === true
  }

  /** Nothing is drawn any more. */
  release(): void {
    this.#isDrawn = false
    for (const text of this.#held.splice(0)) this.#stderr.write(text)
  }

  say(text: string): void {
    if (this.#isDrawn) this.#held.push(text)
    else this.#stderr.write(text)
  }
}
