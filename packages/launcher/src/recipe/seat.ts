import { nearest } from '@reprise/config-file/nearest'
import { isJobField, jobFields } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { ExpressionError } from '../expression/expression-error.ts'
import type { Scope, Type } from '../expression/type-of.ts'

/** Which command an expression stands in: each knows other names beside those of the job. */
export type Seat = 'server' | 'prefill' | 'decode' | 'router' | 'evaluation'

/** A port is a text: which one it is, a host finds out when it starts the server. */
const text: Type = { kind: 'text' }
const ofNode = { port: text, host: text, leader: text, rank: text, nodes: text, model: text }
const ofWorker = { ...ofNode, 'draft-tokens': { kind: 'number' }, 'acceptance-length': { kind: 'number' } } as const
const names: Readonly<Record<Seat, Readonly<Record<string, Type>>>> = {
  server: ofWorker,
  prefill: ofWorker,
  decode: ofWorker,
  router: ofNode,
  evaluation: { url: { kind: 'text' }, out: { kind: 'text' }, model: { kind: 'text' } },
}

/** What the names of an expression in that seat stand for. */
export function scopeOf(seat: Seat): Scope {
  return {
    typeOf(name, at) {
      const isPort = seat !== 'evaluation' && /^port\.[a-z]/.test(name)
      const type = isPort ? text : Object.hasOwn(names[seat], name) ? names[seat][name] : typeOfField(name)
      if (type === undefined) throw unknownName(name, seat, at)
      return type
    },
  }
}

function typeOfField(name: string): Type | undefined {
  const field = name.startsWith('job.') ? name.slice('job.'.length) : ''
  if (!isJobField(field)) return undefined
  const kind = jobFields[field]
  return typeof kind === 'string' ? { kind } : { kind: 'text', among: kind }
}

function unknownName(name: string, seat: Seat, at: number): ExpressionError {
  const shown = `\${${printable(name, 60)}}`
  const other = seat === 'evaluation' ? 'server' : 'evaluation'
  const own = Object.keys(names[seat])
  if (Object.hasOwn(names[other], name)) {
    const message = `${shown} is known to the ${other} command only`
    const cure = `here there are ${own.map((each) => `\${${each}}`).join(', ')} and \${job.<field>}`
    return new ExpressionError({ code: 'expression-place', message, cure, at })
  }
  return new ExpressionError({ code: 'expression', message: `nothing is called ${shown}`, cure: cureOf(name, own), at })
}

function cureOf(name: string, own: readonly string[]): string {
  const known = [...own, ...Object.keys(jobFields).map((field) => `job.${field}`)]
  const bare = isJobField(name) ? `job.${name}` : nearest(name, known)
  if (bare !== undefined) return `did you mean \${${bare}}?`
  const split = [...name.matchAll(/-/g)].find(({ index }) => known.includes(name.slice(0, index)))
  if (split !== undefined) return 'a minus has blanks around it'
  return `names of a job: ${Object.keys(jobFields).join(', ')}; beside them ${own.join(', ')}`
}
