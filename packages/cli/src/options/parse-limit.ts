import { InvalidArgumentError } from 'commander'

/** `name=value` of a limit that has one of these names. @throws InvalidArgumentError */
export function parseLimit(text: string, known: readonly string[]): readonly [name: string, limit: number] {
  const [, name = '', value = ''] = /^\s*([^=]*?)\s*=\s*(\S+)\s*$/.exec(text) ?? []
  if (!known.includes(name)) throw new InvalidArgumentError(`give NAME=VALUE; the names are ${known.join(', ')}`)
  const limit = Number(value)
  if (!(limit >= 0) || !Number.isFinite(limit))
    throw new InvalidArgumentError(`${name}: give a number of 0 or more, a share as 0.05`)
  return [name, limit]
}
