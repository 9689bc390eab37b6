import { objectionToHeader } from '@reprise/replay-engine/endpoint'
import { InvalidArgumentError } from 'commander'

/** Names of headers, as in `X-Session-ID,X-Route`; `none`: no name. */
export function parseHeaderNames(text: string): string[] {
  if (text === 'none') return []
  const names = text.split(',').map((name) => name.trim())
  for (const name of names) {
    const objection = objectionToHeader(name, '')
    if (objection !== undefined) throw new InvalidArgumentError(`${objection}.`)
  }
  return names
}
