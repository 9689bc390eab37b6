import { nearest, type Problem } from '@reprise/config-file'
import { isJobField, jobFields } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'

/** A text with expressions in it, cut into what is written and what is asked for. */
export type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string }

/** Which command an expression stands in: each knows other names beside those of the job. */
export type Seat = 'server' | 'evaluation'

const names: Readonly<Record<Seat, readonly string[]>> = {
  server: ['port', 'model', 'acceptance-length'],
  evaluation: ['url', 'out', 'model'],
}

/** The parts of a text in order; an expression that is not closed stays text. */
export function splitExpressions(text: string): Part[] {
  return text.split(/(\$\{[^{}]*\})/).flatMap((piece): Part[] => {
    if (piece === '') return []
    return piece.startsWith('${') && piece.endsWith('}')
      ? [{ kind: 'name', name: piece.slice(2, -1) }]
      : [{ kind: 'text', text: piece }]
  })
}

/** The names that a text asks for. */
export function namesIn(text: string): string[] {
  return splitExpressions(text).flatMap((part) => (part.kind === 'name' ? [part.name] : []))
}

/** What is wrong with the expressions of a text in that seat; absent if nothing. */
export function checkExpressions(text: string, seat: Seat): Pick<Problem, 'code' | 'message' | 'cure'> | undefined {
  for (const part of splitExpressions(text)) {
    if (part.kind === 'text' && part.text.includes('${')) {
      const message = `an expression is not closed in ${printable(JSON.stringify(text), 80)}`
      return { code: 'expression-syntax', message, cure: `write \${name}, without spaces or braces inside` }
    }
    if (part.kind === 'name' && !isKnown(part.name, seat)) return unknownName(part.name, seat)
  }
  return undefined
}

function isKnown(name: string, seat: Seat): boolean {
  return names[seat].includes(name) || (name.startsWith('job.') && isJobField(name.slice('job.'.length)))
}

function unknownName(name: string, seat: Seat): Pick<Problem, 'code' | 'message' | 'cure'> {
  const shown = `\${${printable(name, 60)}}`
  const other = seat === 'server' ? 'evaluation' : 'server'
  if (names[other].includes(name)) {
    const own = names[seat].map((each) => `\${${each}}`).join(', ')
    return {
      code: 'expression-place',
      message: `${shown} is known to the ${other} command only`,
      cure: `here there are ${own} and \${job.<field>}`,
    }
  }
  const known = [...names[seat], ...Object.keys(jobFields).map((field) => `job.${field}`)]
  const bare = Object.hasOwn(jobFields, name) ? `job.${name}` : nearest(name, known)
  if (bare === undefined && /[^\w.-]/.test(name)) {
    const cure = `write one name alone, such as \${job.conc}; nothing is calculated`
    return { code: 'expression', message: `nothing is called ${shown}`, cure }
  }
  const cure =
    bare === undefined
      ? `names of a job: ${Object.keys(jobFields).join(', ')}; beside them ${names[seat].join(', ')}`
      : `did you mean \${${bare}}?`
  return { code: 'expression', message: `nothing is called ${shown}`, cure }
}
