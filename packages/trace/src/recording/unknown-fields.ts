import { printable } from '@reprise/safe-text'
import type { Problem } from '../problem.ts'

/** Fields that no reader uses, over all files: a name is told once, and of a multitude only the first. */
export class UnknownFields {
  readonly #known = new Map<string, { readonly file: string; count: number }>()
  #others: { readonly file: string; count: number } | undefined

  add(name: string, file: string): void {
    const known = this.#known.get(name)
    if (known) known.count += 1
    else if (this.#known.size < maxNames) this.#known.set(name, { file, count: 1 })
    else if (this.#others) this.#others.count += 1
    else this.#others = { file, count: 1 }
  }

  problems(): Problem[] {
    const told = [...this.#known].map(([name, found]) =>
      problemOf(`unknown field "${printable(name, 60)}"`, 'is', found),
    )
    return this.#others ? [...told, problemOf('more unknown fields', 'are', this.#others)] : told
  }
}

const maxNames = 20

function problemOf(
  what: string,
  verb: 'is' | 'are',
  { file, count }: { readonly file: string; readonly count: number },
): Problem {
  const times = count === 1 ? 'once' : `${count} times, first here`
  return { severity: 'warning', code: 'unknown-field', file, message: `${what} (${times}) ${verb} not used` }
}
